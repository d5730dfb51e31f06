extension Array {
    /// Replaces the element at `index` by a copy of `element`, which is read where it lies.
    ///
    /// For elements so large that it matters: an assignment copies one out of its place first.
    @inlinable public mutating func replace(at index: Int, by element: inout Element) {
        withUnsafePointer(to: &element) { source in
            withUnsafeMutableBufferPointer { memory in
                precondition(memory.indices.contains(index), "no such element")
                memory.baseAddress.unsafelyUnwrapped.advanced(by: index)
                    .update(from: source, count: 1)
            }
        }
    }
}
