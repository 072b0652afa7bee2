/// Text within HTML.
public enum HTMLText {
    /// Safe as the content of an element and of a quoted attribute; control characters are shown as such.
    public static func escaped(_ text: String) -> String {
        text.printable.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    }
}
