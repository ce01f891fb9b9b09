using System.Net;
using System.Net.Http.Json;
using Orch.Samples.Tests.Running;
using Orch.Testing.Time;

namespace Orch.Samples.Tests;

public sealed class EmbeddedInAspNetCoreTests
{
    [Fact]
    public async Task App_WithAClusterInside_RunsListsAndEndsPods()
    {
        using var app = RunningProgram.Start("EmbeddedInAspNetCore", "--urls", "http://127.0.0.1:0");
        var address = await app.SaysAsync(@"Now listening on: (http://127\.0\.0\.1:\d+)");
        using var http = new HttpClient { BaseAddress = new Uri(address.Groups[1].Value) };

        using var created = await http.PostAsync(new Uri("/apps/web?replicas=3", UriKind.Relative), null);
        using var again = await http.PostAsync(new Uri("/apps/web", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        await Patience.UntilAsync(
            async () => await PodsAsync(http) is { Length: 3 } pods && pods.All(pod => pod is { Namespace: "default", Phase: "Running" } && pod.Name.StartsWith("web-", StringComparison.Ordinal)),
            "three running pods");
        Assert.All(await PodsAsync(http), pod => Assert.Matches("^simulated-[012]$", pod.Node));

        using var deleted = await http.DeleteAsync(new Uri("/apps/web", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Patience.UntilAsync(async () => (await PodsAsync(http)).Length == 0, "no pods");

        Assert.Equal(0, await app.InterruptAsync());
    }

    private static async Task<PodLine[]> PodsAsync(HttpClient http) => (await http.GetFromJsonAsync<PodLine[]>(new Uri("/pods", UriKind.Relative)))!;

    private sealed record PodLine(string Namespace, string Name, string? Node, string? Phase);
}
