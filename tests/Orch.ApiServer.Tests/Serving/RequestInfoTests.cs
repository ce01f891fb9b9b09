using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Tests.Serving;

public sealed class RequestInfoTests
{
    [Theory]
    [InlineData("GET", "/api/v1/pods", "list", "", "v1", "pods", "", "", "", "")]
    [InlineData("GET", "/api/v1/namespaces/ns/pods/p", "get", "", "v1", "pods", "", "ns", "p", "")]
    [InlineData("POST", "/api/v1/namespaces/ns/pods/p/exec", "create", "", "v1", "pods", "exec", "ns", "p", "")]
    [InlineData("GET", "/api/v1/namespaces/ns", "get", "", "v1", "namespaces", "", "", "ns", "")]
    [InlineData("PUT", "/api/v1/namespaces/ns/finalize", "update", "", "v1", "namespaces", "finalize", "", "ns", "")]
    [InlineData("GET", "/api/v1/namespaces", "list", "", "v1", "namespaces", "", "", "", "")]
    [InlineData("DELETE", "/apis/apps/v1/namespaces/ns/deployments", "deletecollection", "apps", "v1", "deployments", "", "ns", "", "")]
    [InlineData("PATCH", "/apis/apps/v1/namespaces/ns/deployments/d/scale", "patch", "apps", "v1", "deployments", "scale", "ns", "d", "")]
    [InlineData("GET", "/api/v1/watch/namespaces/ns/pods", "watch", "", "v1", "pods", "", "ns", "", "")]
    [InlineData("GET", "/api/v1/nodes/n1/proxy/a/b/", "get", "", "v1", "nodes", "proxy", "", "n1", "a/b/")]
    [InlineData("HEAD", "/api/v1/pods", "list", "", "v1", "pods", "", "", "", "")]
    [InlineData("HEAD", "/api/v1/namespaces/ns/pods/p", "get", "", "v1", "pods", "", "ns", "p", "")]
    [InlineData("OPTIONS", "/api/v1/namespaces/ns/pods/p", "options", "", "v1", "pods", "", "ns", "p", "")]
    [InlineData("DELETE", "/api/v1/namespaces/ns/pods/p", "delete", "", "v1", "pods", "", "ns", "p", "")]
    [InlineData("DELETE", "/api/v1/namespaces", "deletecollection", "", "v1", "namespaces", "", "", "", "")]
    [InlineData("GET", "/api/v1/watch/pods", "watch", "", "v1", "pods", "", "", "", "")]
    [InlineData("GET", "/api/v1/watch/namespaces/ns/pods/p", "watch", "", "v1", "pods", "", "ns", "p", "")]
    [InlineData("GET", "/api/v1/watch", "list", "", "v1", "watch", "", "", "", "")]
    [InlineData("PUT", "/api/v1/namespaces/ns/status", "update", "", "v1", "namespaces", "status", "", "ns", "")]
    [InlineData("GET", "/api/v1/namespaces/ns/pods/p/log", "get", "", "v1", "pods", "log", "ns", "p", "")]
    [InlineData("GET", "/api/v1/namespaces/status/pods", "list", "", "v1", "pods", "", "status", "", "")]
    [InlineData("GET", "//api//v1//pods", "list", "", "v1", "pods", "", "", "", "")]
    [InlineData("GET", "/api/v1/namespaces/ns%2Fpods/secrets", "list", "", "v1", "secrets", "", "ns/pods", "", "")]
    [InlineData("POST", "/api/v1/namespaces/ns/services/s/proxy", "create", "", "v1", "services", "proxy", "ns", "s", "")]
    [InlineData("GET", "/api/v1/namespaces/ns/services/s/proxy/a", "get", "", "v1", "services", "proxy", "ns", "s", "a")]
    [InlineData("GET", "/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode", "get", "rbac.authorization.k8s.io", "v1", "clusterroles", "", "", "system:node", "")]
    public void Parse_ResourcePath_FindsItsParts(
        string method, string path, string verb, string group, string version, string resource, string subresource, string namespaceName, string name, string rest)
    {
        var info = RequestInfo.Parse(method, path, isWatch: false);
        Assert.True(info.IsResource);
        Assert.Equal((verb, group, version, resource), (info.Verb, info.Group, info.Version, info.Resource));
        Assert.Equal((subresource, namespaceName, name, rest), (info.Subresource, info.Namespace, info.Name, info.Rest));
    }

    [Theory]
    [InlineData("/api/v1/pods", "watch", true)]
    [InlineData("/api/v1/namespaces/ns/pods", "watch", true)]
    [InlineData("/api/v1/namespaces/ns/pods/p", "get", false)]
    [InlineData("/api/v1/namespaces/ns/pods/p/log", "get", true)]
    [InlineData("/healthz", "get", false)]
    public void Parse_Watch_OfAnObjectIsAGet(string path, string verb, bool isLong)
    {
        var info = RequestInfo.Parse("GET", path, isWatch: true);
        Assert.Equal((verb, isLong), (info.Verb, info.IsLongRunning));
    }

    [Theory]
    [InlineData("log", true)]
    [InlineData("exec", true)]
    [InlineData("attach", true)]
    [InlineData("portforward", true)]
    [InlineData("proxy", true)]
    [InlineData("binding", false)]
    [InlineData("status", false)]
    public void IsLongRunning_Streams_AreBoundByNoTimeout(string subresource, bool isLong)
        => Assert.Equal(isLong, RequestInfo.Parse("POST", $"/api/v1/namespaces/ns/pods/p/{subresource}", isWatch: false).IsLongRunning);

    [Theory]
    [InlineData("/")]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/healthz")]
    [InlineData("/foo/bar/baz/qux")]
    [InlineData("/apis/apps")]
    [InlineData("/apiss/v1/pods/x")]
    [InlineData("/API/v1/pods")]
    public void Parse_OtherPath_IsNoResource(string path)
    {
        var info = RequestInfo.Parse("GET", path, isWatch: false);
        Assert.False(info.IsResource);
        Assert.Equal("get", info.Verb);
    }

    [Theory]
    [InlineData("", "Whole", false)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "Table", false)]
    [InlineData("application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json", "Table", false)]
    [InlineData("application/json;as=Table;v=v2;g=meta.k8s.io,application/json", "Whole", false)]
    [InlineData("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "MetadataList", false)]
    [InlineData("application/vnd.kubernetes.protobuf,application/json", "Whole", false)]
    [InlineData("application/yaml", "Whole", true)]
    [InlineData("text/html,*/*", "Whole", false)]
    public void Choose_Accept_TakesTheFirstThatCanBeMade(string accept, string form, bool isYaml)
    {
        var chosen = AcceptedForm.Choose(accept, convertible: true);
        Assert.Equal((form, isYaml), (chosen.Form.ToString(), chosen.IsYaml));
    }
}
