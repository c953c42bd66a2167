/// The name of a device family in Apple's own spelling.
pub(super) fn device_family(family: &str) -> &str {
    match family {
        "iphone" => "iPhone",
        "ipad" => "iPad",
        "tv" => "Apple TV",
        "watch" => "Apple Watch",
        "vision" => "Apple Vision",
        "mac" => "Mac",
        other => other,
    }
}
