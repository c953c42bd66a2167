//! Questions that must be answered before something is lost.

use leptos::{html, prelude::*, text_prop::TextProp};

use crate::browser::{close_modal, show_modal};

/// A question, and what can be answered besides "no".
#[derive(Clone)]
pub(crate) struct Question {
    /// The question itself.
    pub(crate) title: String,
    /// What each answer does; may change while the question is open.
    pub(crate) text: TextProp,
    /// The harmless answer.
    pub(crate) stay: &'static str,
    /// The others.
    pub(crate) answers: Vec<Answer>,
}

/// An answer that does something.
#[derive(Clone)]
pub(crate) struct Answer {
    /// What the button says.
    pub(crate) label: &'static str,
    /// Whether something is lost by it.
    pub(crate) is_danger: bool,
    /// What it does.
    pub(crate) act: Callback<()>,
}

/// Where questions are asked: one dialog for the whole page.
#[derive(Clone, Copy)]
pub(crate) struct Ask(RwSignal<Option<Question>>);

impl Ask {
    /// No question yet.
    pub(crate) fn new() -> Ask {
        Ask(RwSignal::new(None))
    }

    /// The page's.
    pub(crate) fn expect() -> Ask {
        expect_context()
    }

    /// Whether a question waits for its answer.
    pub(crate) fn is_open(self) -> bool {
        self.0.with_untracked(Option::is_some)
    }

    /// Asks.
    pub(crate) fn ask(self, question: Question) {
        self.0.set(Some(question));
    }

    /// Asks a question with one answer that loses something.
    pub(crate) fn confirm(
        self,
        title: &str,
        text: impl Into<TextProp>,
        label: &'static str,
        act: Callback<()>,
    ) {
        let answers = vec![Answer { label, is_danger: true, act }];
        self.ask(Question { title: title.to_owned(), text: text.into(), stay: "Keep it", answers });
    }
}

/// The dialog itself, closed while there is no question.
#[component]
pub(crate) fn QuestionDialog() -> impl IntoView {
    let Ask(question) = Ask::expect();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if question.with(Option::is_some) { show_modal(&dialog) } else { close_modal(&dialog) }
    });
    view! {
        <dialog node_ref=dialog aria-labelledby="question" on:close=move |_| question.set(None)>
            {move || question.get().map(|asked| view! {
                <h2 id="question">{asked.title}</h2>
                <p>{move || asked.text.get()}</p>
                <div class="actions">
                    <button
                        type="button"
                        class="plain"
                        data-test="dismiss"
                        autofocus
                        on:click=move |_| question.set(None)
                    >
                        {asked.stay}
                    </button>
                    {asked.answers.into_iter().map(|answer| answer_button(question, answer)).collect_view()}
                </div>
            })}
        </dialog>
    }
}

fn answer_button(question: RwSignal<Option<Question>>, answer: Answer) -> impl IntoView {
    let Answer { label, is_danger, act } = answer;
    let take = move |_| {
        question.set(None);
        act.run(());
    };
    let test = if is_danger { "confirm" } else { "alternative" };
    view! {
        <button type="button" class:danger=is_danger class:plain=!is_danger data-test=test on:click=take>
            {label}
        </button>
    }
}
