import Testing

/// The real program on real input. One at a time: what is measured here under load would lie under the load of others.
@Suite(.serialized) struct EndToEnd {}
