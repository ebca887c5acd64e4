import AWSServices
import AWSWire
package import Provisioning

extension AWSCloudStack {
    package func logFiles(
        in bucket: String, beginning prefix: String, after name: String?, atMost count: Int?
    ) async throws -> [CloudLogFile] {
        try await reportingRefusals("list the logs in s3://\(bucket)") {
            let request = S3.ListObjectsV2Request(bucket: bucket, maxKeys: count, prefix: prefix, startAfter: name)
            let objects =
                count == nil
                ? try await work.lookAll(request).flatMap(\.contents) : try await work.call(request).contents
            return objects.map { CloudLogFile(name: $0.key ?? "", bytes: $0.size ?? 0) }
        }
    }

    package func logFile(_ name: String, in bucket: String) async throws -> [UInt8]? {
        try await reportingRefusals("read s3://\(bucket)/\(name)") {
            try await work.callIfThere(S3.GetObjectRequest(bucket: bucket, key: name))?.body?.bytes
        }
    }
}
