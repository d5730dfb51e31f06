/// What this program calls itself.
package enum Product {
    /// Version in `outrider version`, `/status` and `outrider_build_info`.
    package static let version = "0.1.0"
}
