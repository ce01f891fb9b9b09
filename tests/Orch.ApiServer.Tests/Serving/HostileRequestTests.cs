using System.Net;
using System.Text;
using k8s.Models;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Serving;

/// <summary>Requests that mean harm: none costs more than its size, and none is told of a fault of the server.</summary>
public sealed class HostileRequestTests : HttpServerTests
{
    private const string Review = "/apis/authorization.k8s.io/v1/subjectaccessreviews";

    [Theory]
    [InlineData("9223372036854775807")]
    [InlineData("922337203686")]
    [InlineData("-9223372036854775808")]
    public async Task GracePeriod_WithoutMeasure_IsCutShort(string seconds)
    {
        await PodAsync("p", 30);
        var (code, body, _) = await _http.SendAsync("DELETE", $"/api/v1/namespaces/default/pods/p?gracePeriodSeconds={seconds}");
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        Assert.Equal(seconds[0] == '-' ? 1 : 3_153_600_000, (long)body["metadata"]!["deletionGracePeriodSeconds"]!);
    }

    [Fact]
    public async Task GracePeriod_OfThePodItself_WithoutMeasure_DoesNotKeepItForGood()
    {
        await PodAsync("p", long.MaxValue);
        var (code, body, _) = await _http.SendAsync("DELETE", "/api/v1/namespaces/default/pods/p");
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        (code, body, _) = await _http.SendAsync("DELETE", "/api/v1/namespaces/default/pods/p?gracePeriodSeconds=0");
        Assert.True(code == HttpStatusCode.OK, body.ToJsonString());
        await PodAsync("q", 30);
        (code, body, _) = await _http.SendAsync("POST", "/api/v1/namespaces/default/pods/q/eviction", """{"apiVersion":"policy/v1","kind":"Eviction","metadata":{"name":"q"},"deleteOptions":{"gracePeriodSeconds":9223372036854775807}}""");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    [Theory]
    [InlineData("""{"user":"jane","extra":{"a":null},"nonResourceAttributes":{"path":"/","verb":"get"}}""")]
    [InlineData("""{"user":"jane","extra":{"a":[null]},"nonResourceAttributes":{"path":"/","verb":"get"}}""")]
    [InlineData("""{"user":"jane","groups":[null],"nonResourceAttributes":{"path":"/","verb":"get"}}""")]
    [InlineData("""{"groups":[null],"resourceAttributes":{"verb":"get","resource":"pods"}}""")]
    public async Task Review_WithNothingWhereATextShouldBe_IsAnswered(string spec)
    {
        var (code, body, _) = await _http.SendAsync("POST", Review, $$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{{spec}}}""");
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
    }

    [Fact]
    public async Task Figures_DoNotGrowWithWhatClientsMakeUp()
    {
        for (var number = 0; number < 20; number++)
        {
            await _http.SendAsync("GET", $"/apis/made-up-{number}.example.com/v1/made-up-{number}");
            await _http.SendAsync("GET", $"/api/v1/namespaces/default/pods/x/made-up-{number}");
            await _http.SendAsync($"MADE-UP-{number}", "/api/v1/namespaces/default/pods/x");
            await _http.SendAsync("GET", $"/api/v1/made-up-{number}?watch=1");
        }

        await _http.SendAsync("GET", "/api/v1/namespaces/default/pods/x");
        var figures = await _http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.DoesNotContain("made-up", figures, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("apiserver_request_duration_seconds_count{verb=\"get\",group=\"\",resource=\"pods\",subresource=\"\",code=\"404\"}", figures, StringComparison.Ordinal);
        Assert.Contains("subresource=\"other\"", figures, StringComparison.Ordinal);
    }

    private async Task PodAsync(string name, long seconds)
    {
        await _server.Admin.Resource<V1Node>().CreateAsync(new V1Node { Metadata = new V1ObjectMeta { Name = $"of-{name}" } }, default);
        var pod = new V1Pod
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
            Spec = new V1PodSpec { NodeName = $"of-{name}", TerminationGracePeriodSeconds = seconds, AutomountServiceAccountToken = false, Containers = [new V1Container { Name = "c", Image = "i" }] },
        };
        try { await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, default); }
        catch (ApiException exception) when (exception.IsAlreadyExists) { /* of the pod before */ }
        var made = Orch.Serialization.ApiJson.DeepCopy(await _server.Admin.Resource<V1Pod>().CreateAsync(pod, default));
        made.Status.Phase = "Running";
        await _server.Admin.Resource<V1Pod>().UpdateStatusAsync(made, default);
    }
}
