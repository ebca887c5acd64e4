import Stacks

/// One id for a request from CloudFront to the tasks. CloudFront's own is in the viewer's answer (`X-Amz-Cf-Id`) and in its log
/// (`x-edge-request-id`), and a function reads it (`context.requestId`); a load balancer writes what stands in `X-Amzn-Trace-Id` into
/// its log (`trace_id`) and hands it on, its own `Self` in front. So a function writes the one into the other.
///
/// Sources: CloudFront Functions, "Event structure" and "JavaScript runtime 2.0 features"; CloudFront, "Restrictions on all edge
/// functions", whose lists have no `X-Amzn-Trace-Id`, and the managed policy `AllViewer`, which hands on what a function has set; ELB,
/// "Request tracing for your Application Load Balancer". Read 2026-11.
extension StackResources {
    var requestIDFunction: Address { Self.requestIDFunction }

    package static let requestIDFunction = Address(.edge, ResourceKind.function.rawValue, "request-id")

    /// In a stack of this full name. For who looks for one that an earlier manifest asked for.
    package static func requestIDFunctionName(in fullName: String) -> String {
        Names(stack: fullName).name("request-id", limit: 64)
    }

    var requestIDFunctionResource: Resource {
        Resource(
            requestIDFunction,
            .function(
                FunctionSettings(
                    name: Value(Self.requestIDFunctionName(in: stack.fullName)),
                    comment: "Gives each request one id for the logs of CloudFront, load balancer and tasks",
                    code: RequestIDScript.text)))
    }
}

/// The script, in the part of JavaScript that `cloudfront-js-2.0` knows. What a viewer sent in the header counts for nothing.
///
/// `Root` has the form that X-Ray and the load balancer know, 24 hexadecimal digits behind the time: those are the beginning of the
/// id's SHA-256, so that who has the id finds lines that only tell the `Root` (`RequestMark`). The id itself follows without the `=` at
/// its end, which would look like another field.
package enum RequestIDScript {
    package static let text = """
        var hashing = require('crypto');

        function handler(event) {
            var request = event.request;
            var id = event.context.requestId.replace(/=+$/, '');
            var time = ('0000000' + Math.floor(Date.now() / 1000).toString(16)).slice(-8);
            var digest = hashing.createHash('sha256').update(id).digest('hex').slice(0, 24);
            request.headers['x-amzn-trace-id'] = { value: 'Root=1-' + time + '-' + digest + ';Edge=' + id };
            return request;
        }

        """
}
