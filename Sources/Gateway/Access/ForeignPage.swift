import HTTP

extension HTTPRequestHead {
    /// Sent for a web page that did not come from here: browsers send forms anywhere, and name the page's origin with them (RFC 6454 §7).
    /// Reading is left out, for browsers show nobody what was not offered.
    /// - Parameter publicURL: where this gateway's own pages are, besides the host that the request names.
    func isOfForeignPage(publicURL: HTTPURL) -> Bool {
        guard method != .get, method != .head, let origin = fields[.origin] else { return false }
        guard let page = try? HTTPURL(parsing: origin) else { return true }
        return page.origin != publicURL.origin && page.authority != fields[.host]
    }

    /// The Host is one that a gateway without keys on this machine goes by: an address, a name without a dot, or the operator's public name. A page
    /// whose own name was made to lead here (DNS rebinding) names that.
    func namesLocalHost(publicURL: HTTPURL) -> Bool {
        guard let host = fields[.host], let url = try? HTTPURL(parsing: "http://\(host)") else { return true }
        return url.address != nil || !url.host.contains(".") || url.host.hasSuffix(".localhost") || url.host == publicURL.host
    }
}
