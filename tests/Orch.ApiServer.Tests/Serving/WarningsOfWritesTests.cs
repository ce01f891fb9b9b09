using System.Text;
using Orch.ApiServer.Tests.Fixtures;

namespace Orch.ApiServer.Tests.Serving;

/// <summary>Which writes are answered with warnings.</summary>
public sealed class WarningsOfWritesTests : HttpServerTests
{
    private const string Volumes = "/api/v1/persistentvolumes";
    private const string Volume = """{"metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"persistentVolumeReclaimPolicy":"Recycle","hostPath":{"path":"/a"}}}""";
    private const string Recycled = "299 - \"spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.\"";

    [Fact]
    public async Task Volume_IsWarnedOfWhenItIsWrittenAndNotWhenItsStatusIs()
    {
        Assert.Equal([Recycled], await SendAsync(HttpMethod.Post, Volumes, Volume));
        Assert.Equal([Recycled], await SendAsync(HttpMethod.Patch, $"{Volumes}/v", """{"metadata":{"labels":{"a":"b"}}}"""));
        Assert.Empty(await SendAsync(HttpMethod.Patch, $"{Volumes}/v/status", """{"status":{"phase":"Available"}}"""));
    }

    [Fact]
    public async Task Pod_IsWarnedOfWhenItIsMadeAlone()
    {
        await SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/serviceaccounts", """{"metadata":{"name":"default"}}""");
        const string Pods = "/api/v1/namespaces/default/pods";
        const string Annotation = "container.apparmor.security.beta.kubernetes.io/c";
        var made = await SendAsync(HttpMethod.Post, Pods, """{"metadata":{"name":"p","annotations":{"container.apparmor.security.beta.kubernetes.io/c":"unconfined"}},"spec":{"imagePullSecrets":[{}],"containers":[{"name":"c","image":"i"}]}}""");
        var changed = await SendAsync(HttpMethod.Patch, $"{Pods}/p", """{"metadata":{"labels":{"a":"b"}}}""");
        var status = await SendAsync(HttpMethod.Patch, $"{Pods}/p/status", """{"status":{"podIP":"2001:DB8::1","podIPs":[{"ip":"2001:DB8::1"}]}}""");

        Assert.Equal(
            [
                $"299 - \"metadata.annotations[{Annotation}]: deprecated since v1.30; use the \\\"appArmorProfile\\\" field instead\"",
                "299 - \"spec.imagePullSecrets[0].name: invalid empty name \\\"\\\"\"",
            ],
            made);
        Assert.Empty(changed);
        Assert.Equal(["299 - \"status.podIPs[0].ip: IPv6 address \\\"2001:DB8::1\\\" should be in RFC 5952 canonical format (\\\"2001:db8::1\\\")\""], status);
    }

    [Fact]
    public async Task PortAsAText_IsRefusedWithItsPath()
    {
        using var content = new StringContent("""{"metadata":{"name":"s"},"spec":{"ports":[{"port":80,"targetPort":"80"}]}}""", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync(new Uri("/api/v1/namespaces/default/services", UriKind.Relative), content);

        Assert.Equal(422, (int)response.StatusCode);
        Assert.Contains("spec.ports[0].targetPort: Invalid value: \\\"80\\\": must contain at least one letter (a-z)", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string[]> SendAsync(HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = new StringContent(body, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        using var response = await _http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return response.Headers.TryGetValues("Warning", out var values) ? [.. values] : [];
    }
}
