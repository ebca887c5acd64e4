import Hummingbird

@main struct Guestbook { static func main() {} }
