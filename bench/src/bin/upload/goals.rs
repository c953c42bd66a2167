//! Slipway's goals, and whether they are met.

/// All goals so far.
#[derive(Default)]
pub(crate) struct Goals(Vec<(String, bool)>);

impl Goals {
    pub(crate) fn add(&mut self, text: String, is_met: bool) {
        self.0.push((text, is_met));
    }

    /// Prints them, if there are any.
    pub(crate) fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        println!("\ngoals");
        for (text, is_met) in &self.0 {
            println!("  {} {text}", if *is_met { "met    " } else { "NOT MET" });
        }
    }
}
