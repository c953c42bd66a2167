//! The dialog that asks before something is lost.

use leptos::{html, prelude::*, text_prop::TextProp};

use crate::browser::{close_modal, show_modal};

/// What the dialog asks, and what the user can choose besides closing it.
#[derive(Clone)]
pub(crate) struct DialogContent {
    /// The question.
    pub(crate) title: String,
    /// What each choice does. It may change while the dialog is open.
    pub(crate) text: TextProp,
    /// The label of the button that changes nothing.
    pub(crate) dismiss: &'static str,
    /// The other buttons.
    pub(crate) choices: Vec<DialogChoice>,
}

/// A button that does something.
#[derive(Clone)]
pub(crate) struct DialogChoice {
    /// What the button says.
    pub(crate) label: &'static str,
    /// Whether something is lost by it.
    pub(crate) is_danger: bool,
    /// What it does.
    pub(crate) on_choose: Callback<()>,
}

/// The one dialog of the page, to open it from anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Dialog(RwSignal<Option<DialogContent>>);

impl Dialog {
    /// A closed dialog.
    pub(crate) fn new() -> Dialog {
        Dialog(RwSignal::new(None))
    }

    /// The page's.
    pub(crate) fn expect() -> Dialog {
        expect_context()
    }

    /// Whether it is open.
    pub(crate) fn is_open(self) -> bool {
        self.0.with_untracked(Option::is_some)
    }

    /// Opens it.
    pub(crate) fn open(self, content: DialogContent) {
        self.0.set(Some(content));
    }

    /// Opens it for a single choice that loses something.
    pub(crate) fn confirm(
        self,
        title: &str,
        text: impl Into<TextProp>,
        label: &'static str,
        on_choose: Callback<()>,
    ) {
        let choices = vec![DialogChoice { label, is_danger: true, on_choose }];
        self.open(DialogContent { title: title.to_owned(), text: text.into(), dismiss: "Keep it", choices });
    }
}

/// The element, closed while there is nothing to ask.
#[component]
pub(crate) fn DialogView() -> impl IntoView {
    let Dialog(content) = Dialog::expect();
    let element = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        if content.with(Option::is_some) { show_modal(&element) } else { close_modal(&element) }
    });
    view! {
        <dialog node_ref=element aria-labelledby="question" on:close=move |_| content.set(None)>
            {move || content.get().map(|shown| view! {
                <h2 id="question">{shown.title}</h2>
                <p>{move || shown.text.get()}</p>
                <div class="actions">
                    <button
                        type="button"
                        class="plain"
                        data-test="dismiss"
                        autofocus
                        on:click=move |_| content.set(None)
                    >
                        {shown.dismiss}
                    </button>
                    {shown.choices.into_iter().map(|choice| choice_button(content, choice)).collect_view()}
                </div>
            })}
        </dialog>
    }
}

fn choice_button(content: RwSignal<Option<DialogContent>>, choice: DialogChoice) -> impl IntoView {
    let DialogChoice { label, is_danger, on_choose } = choice;
    let choose = move |_| {
        content.set(None);
        on_choose.run(());
    };
    let test = if is_danger { "confirm" } else { "alternative" };
    view! {
        <button type="button" class:danger=is_danger class:plain=!is_danger data-test=test on:click=choose>
            {label}
        </button>
    }
}
