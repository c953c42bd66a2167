//! What is asked of Slipway, and whether it holds.

/// All goals so far.
#[derive(Default)]
pub(crate) struct Goals(Vec<(String, bool)>);

impl Goals {
    pub(crate) fn add(&mut self, text: String, is_reached: bool) {
        self.0.push((text, is_reached));
    }

    /// Prints them, if there are any.
    pub(crate) fn print(&self) {
        if self.0.is_empty() {
            return;
        }
        println!("\ngoals");
        for (text, is_reached) in &self.0 {
            println!("  {} {text}", if *is_reached { "reached" } else { "MISSED " });
        }
    }
}
