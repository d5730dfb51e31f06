extension StringProtocol {
    /// Whether `part` stands anywhere in this text, compared byte by byte.
    func holds(_ part: String) -> Bool {
        let text = Array(utf8)
        let wanted = Array(part.utf8)
        guard text.count >= wanted.count else { return false }
        return (0...text.count - wanted.count).contains { start in
            text[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
