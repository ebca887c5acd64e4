#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Runs `body` on a detached thread with a 256 KiB stack: for work that mostly blocks in system calls. Returns 0, or
/// the errno when the machine has no room for one more thread; `body` does not run then.
package func startThread(_ body: @escaping @Sendable () -> Void) -> CInt {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, 256 << 10)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    #if os(Linux)
        var thread = pthread_t()
    #else
        var thread: pthread_t?
    #endif
    let box = Unmanaged.passRetained(Box(body))
    let code = pthread_create(
        &thread, &attributes,
        { context in
            guard let context else { return nil }
            Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            return nil
        }, box.toOpaque())
    if code != 0 { box.release() }
    return code
}
