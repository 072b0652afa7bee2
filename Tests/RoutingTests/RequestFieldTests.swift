import Predicates
import Routing
import Testing

@Suite("Request fields") struct RequestFieldTests {
    private func value(_ field: RequestField, of request: RoutingRequest) -> String? { request.value(of: field)?.text }

    @Test(
        "path is nginx's $uri",
        arguments: [
            ("/a/b?x=1", "/a/b"), ("//a///b/", "/a/b/"), ("/a/./b/../c", "/a/c"), ("/a%20b%2Fc", "/a b/c"), ("/a/..", "/"), ("/a/.", "/a/"),
            ("/", "/"), ("/%7euser", "/~user"), ("/x#frag", "/x"),
        ]) func path(_ target: String, _ path: String)
    {
        #expect(value(.path, of: RoutingRequest(target: target)) == path)
    }

    @Test("what nginx answers with 400 has no path", arguments: ["/..", "/a/../../b", "/%", "/%0g", "/%00", "relative"])
    func noPath(_ target: String) {
        #expect(value(.path, of: RoutingRequest(target: target)) == nil)
    }

    @Test func cookiesAndQuery() {
        let request = RoutingRequest(
            target: "/p?a=1&uid=q%20x&uid=2#f=1", host: "Shop.Example:8080",
            headers: [("Cookie", "auid=0; uid=c1 "), ("cookie", "later=z"), ("X-A", "first"), ("x-a", "second"), ("x-empty", "")])
        #expect(value(.cookie("uid"), of: request) == "c1 ")
        #expect(value(.cookie("later"), of: request) == "z")
        #expect(value(.cookie("UID"), of: request) == nil)
        #expect(value(.query("uid"), of: request) == "q%20x")
        #expect(value(.query("f"), of: request) == nil)
        #expect(value(.header("x-a"), of: request) == "first")
        #expect(value(.header("x-empty"), of: request) == nil)
        #expect(value(.host, of: request) == "shop.example")
        #expect(value(.requestTarget, of: request) == "/p?a=1&uid=q%20x&uid=2#f=1")
    }
}
