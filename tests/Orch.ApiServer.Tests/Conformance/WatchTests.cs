using System.Globalization;
using System.Text.Json.Nodes;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Upstream's <c>watch.go</c> and <c>chunking.go</c>.</summary>
public sealed class WatchTests : ConformanceTests
{
    private const string Maps = "/api/v1/namespaces/default/configmaps";
    private const string Label = "watch-this-configmap";

    [Fact]
    public async Task Watchers_OfDifferentLabels_SeeWhatIsTheirs()
    {
        var from = await VersionAsync();
        var (a, b, both) = (WatchAsync(Selected("=", "A", from), 4), WatchAsync(Selected("=", "B", from), 2), WatchAsync(Selected(" in ", "(A,B)", from), 6));
        await CreateAsync("a", "A");
        await ChangeAsync("a", "1");
        await ChangeAsync("a", "2");
        await OkAsync("DELETE", $"{Maps}/a");
        await CreateAsync("b", "B");
        await OkAsync("DELETE", $"{Maps}/b");
        Assert.Equal("ADDED a , MODIFIED a 1, MODIFIED a 2, DELETED a 2", Shown(await a));
        Assert.Equal("ADDED b , DELETED b ", Shown(await b));
        Assert.Equal("ADDED a , MODIFIED a 1, MODIFIED a 2, DELETED a 2, ADDED b , DELETED b ", Shown(await both));
    }

    [Fact]
    public async Task Watch_FromAVersion_SeesWhatCameAfterIt_AndAnotherGoesOnWhereItEnded()
    {
        await CreateAsync("a", "A");
        var first = await ChangeAsync("a", "1");
        await ChangeAsync("a", "2");
        await OkAsync("DELETE", $"{Maps}/a");
        Assert.Equal("MODIFIED a 2, DELETED a 2", Shown(await WatchAsync(Selected("=", "A", first), 2)));

        var from = await VersionAsync();
        await CreateAsync("b", "A");
        await ChangeAsync("b", "1");
        var seen = await WatchAsync(Selected("=", "A", from), 2);
        await ChangeAsync("b", "2");
        await OkAsync("DELETE", $"{Maps}/b");
        Assert.Equal("MODIFIED b 2, DELETED b 2", Shown(await WatchAsync(Selected("=", "A", (string)seen[^1]["object"]!["metadata"]!["resourceVersion"]!), 2)));
    }

    [Fact]
    public async Task ObjectThatLeavesTheSelection_IsDeletedThere_AndAddedWhenItComesBack()
    {
        var from = await VersionAsync();
        var watch = WatchAsync(Selected("=", "A", from), 5);
        await CreateAsync("a", "A");
        await ChangeAsync("a", "1");
        await OkAsync("PATCH", $"{Maps}/a", $$$"""{"metadata":{"labels":{"{{{Label}}}":"wrong"} } }""", MergePatch);
        await ChangeAsync("a", "2");
        await OkAsync("PATCH", $"{Maps}/a", $$$"""{"metadata":{"labels":{"{{{Label}}}":"A"} } }""", MergePatch);
        await ChangeAsync("a", "3");
        var events = await watch;
        // Of one that left, the last that belonged is shown, at the version of its leaving.
        Assert.Equal("ADDED a , MODIFIED a 1, DELETED a 1, ADDED a 2, MODIFIED a 3", Shown(events));
        Assert.Equal("A", (string?)events[2]["object"]!["metadata"]!["labels"]![Label]);
        var versions = events.Select(static item => long.Parse((string)item["object"]!["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(versions.Order().Distinct(), versions);
    }

    [Fact]
    public async Task WatchesBegunAtEachOthersEvents_SeeTheSameInTheSameOrder()
    {
        const int Writes = 60;
        var from = await VersionAsync();
        var first = WatchAsync($"{Maps}?watch=1&resourceVersion={from}", Writes);
        var writers = Enumerable.Range(0, 3).Select(async writer =>
        {
            for (var round = 0; round < Writes / 3 / 4; round++)
            {
                var name = $"cm-{writer}-{round}";
                await CreateAsync(name, "A");
                await ChangeAsync(name, "1");
                await ChangeAsync(name, "2");
                await OkAsync("DELETE", $"{Maps}/{name}");
            }
        });
        await Task.WhenAll(writers);
        var events = (await first).Select(static item => (string)item["object"]!["metadata"]!["resourceVersion"]!).ToList();
        Assert.Equal(Writes, events.Count);
        foreach (var start in (int[])[0, 7, 23, 41, 58])
        {
            var later = await WatchAsync($"{Maps}?watch=1&resourceVersion={events[start]}", Writes - start - 1);
            Assert.Equal(events.Skip(start + 1), later.Select(static item => (string)item["object"]!["metadata"]!["resourceVersion"]!));
        }
    }

    [Fact]
    public async Task Chunks_AreOfOneVersion_AndSayHowManyRemain_AsTablesToo()
    {
        const string Templates = "/api/v1/namespaces/default/podtemplates";
        const int Total = 40;
        await Task.WhenAll(Enumerable.Range(0, Total).Select(index => OkAsync("POST", Templates, $$$$"""{"metadata":{"name":"template-{{{{index:d4}}}}"},"template":{"spec":{"containers":[{"name":"test","image":"test2"}]}}}""")));
        var (found, token, version) = (0, string.Empty, (string?)null);
        for (var limit = 1; ; limit += 6)
        {
            var list = await OkAsync("GET", $"{Templates}?limit={limit}&continue={Uri.EscapeDataString(token)}");
            var metadata = list["metadata"]!;
            Assert.Equal(version ??= (string)metadata["resourceVersion"]!, (string)metadata["resourceVersion"]!);
            var items = list["items"]!.AsArray();
            Assert.InRange(items.Count, 1, limit);
            foreach (var item in items) { Assert.Equal($"template-{found++:d4}", (string)item!["metadata"]!["name"]!); }
            Assert.Equal(found == Total ? null : Total - found, (int?)metadata["remainingItemCount"]);
            if ((token = (string?)metadata["continue"] ?? string.Empty).Length == 0) { break; }
        }

        Assert.Equal(Total, found);
        Assert.Equal(Total, (await OkAsync("GET", Templates))["items"]!.AsArray().Count);

        const string Table = "application/json;as=Table;v=v1beta1;g=meta.k8s.io";
        var page = await OkAsync("GET", Templates + "?limit=2", accept: Table);
        Assert.Equal("template-0000 template-0001", string.Join(' ', page["rows"]!.AsArray().Select(static row => (string?)row!["cells"]![0])));
        Assert.False(string.IsNullOrEmpty((string?)page["metadata"]!["resourceVersion"]));
        page = await OkAsync("GET", $"{Templates}?continue={Uri.EscapeDataString((string)page["metadata"]!["continue"]!)}", accept: Table);
        Assert.Equal("template-0002", (string?)page["rows"]![0]!["cells"]![0]);
        Assert.All(page["rows"]!.AsArray(), row => Assert.Equal(page["columnDefinitions"]!.AsArray().Count, row!["cells"]!.AsArray().Count));
    }

    [Fact]
    public async Task Table_OfWhatHasNoMetadata_IsNotAcceptable()
    {
        var status = await RefusedAsync(406, "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}""", accept: "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal("NotAcceptable", (string?)status["reason"]);
    }

    private static string Selected(string how, string value, string from) => $"{Maps}?watch=1&resourceVersion={from}&labelSelector={Uri.EscapeDataString($"{Label}{how}{value}")}";

    private static string Shown(IEnumerable<JsonNode> events) => string.Join(", ", events.Select(static item => $"{item["type"]} {item["object"]!["metadata"]!["name"]} {item["object"]!["data"]?["mutation"]}"));

    private Task<JsonNode> CreateAsync(string name, string label) => OkAsync("POST", Maps, $$$"""{"metadata":{"name":"{{{name}}}","labels":{"{{{Label}}}":"{{{label}}}"} } }""");

    private async Task<string> ChangeAsync(string name, string value)
        => (string)(await OkAsync("PATCH", $"{Maps}/{name}", $$$"""{"data":{"mutation":"{{{value}}}"} }""", MergePatch))["metadata"]!["resourceVersion"]!;

    private async Task<string> VersionAsync() => (string)(await OkAsync("GET", Maps))["metadata"]!["resourceVersion"]!;
}
