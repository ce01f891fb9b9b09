using System.Net;
using k8s.Models;
using Orch.ApiServer.Security.Bootstrap;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;

namespace Orch.ApiServer.Tests.Security;

/// <summary>Who may see one object may list and watch just that, and may not for that delete by a selector.</summary>
public sealed class NamedListTests : ServerTests
{
    [Fact]
    public async Task Request_ThatNamesOneObject_IsJudgedByTheName()
    {
        (string Method, string Path, HttpStatusCode Code)[] cases =
        [
            ("GET", "secrets?fieldSelector=metadata.name%3Dmine", HttpStatusCode.OK),
            ("GET", "secrets?fieldSelector=metadata.name%3Dmine,metadata.namespace%3Ddefault", HttpStatusCode.OK),
            ("GET", "secrets?fieldSelector=metadata.name%3Dmine&watch=1&timeoutSeconds=0", HttpStatusCode.OK),
            ("GET", "secrets/mine", HttpStatusCode.OK),
            ("GET", "secrets?fieldSelector=metadata.name%3Dtheirs", HttpStatusCode.Forbidden),
            ("GET", "secrets?fieldSelector=metadata.name!%3Dmine", HttpStatusCode.Forbidden),
            ("GET", "secrets?fieldSelector=metadata.name%3D", HttpStatusCode.Forbidden),
            ("GET", "secrets?fieldSelector=metadata.name%3Dmine,", HttpStatusCode.OK),
            ("GET", "secrets", HttpStatusCode.Forbidden),
            ("GET", "secrets?fieldSelector=type%3Dmine", HttpStatusCode.Forbidden),
            ("GET", "secrets?labelSelector=metadata.name%3Dmine", HttpStatusCode.Forbidden),
            ("GET", "secrets?metadata.name=mine", HttpStatusCode.Forbidden),
            ("DELETE", "secrets?fieldSelector=metadata.name%3Dmine", HttpStatusCode.Forbidden),
        ];
        var rule = BootstrapPolicy.Rule("*", "core", "secrets");
        rule.ResourceNames = ["mine"];
        await _server.Admin.Resource<V1ClusterRole>().CreateAsync(BootstrapPolicy.ClusterRole("one", rule), default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().CreateAsync(BootstrapPolicy.Bind("one", "one", BootstrapPolicy.User("jane")), default);
        await _server.Admin.Resource<V1ClusterRoleBinding>().ListAsync(new ListRequest(), default);
        await _server.Admin.Resource<V1Secret>().CreateAsync(new V1Secret { Metadata = new V1ObjectMeta { Name = "mine", NamespaceProperty = "default" } }, default);
        using var http = _server.Http("jane/devs");
        foreach (var (method, path, code) in cases)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri("/api/v1/namespaces/default/" + path, UriKind.Relative));
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(code == answer.StatusCode, $"{method} {path}: {answer.StatusCode}");
        }
    }
}
