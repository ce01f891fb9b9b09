using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Conformance;

/// <summary>Tests that behave as a client that knows nothing but the API's paths: each has a listening server of its own.</summary>
public abstract class ConformanceTests : HttpServerTests
{
    private protected const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private protected const string MergePatch = "application/merge-patch+json";
    private protected const string ApplyPatch = "application/apply-patch+yaml";

    private protected async Task<(int Code, HttpResponseMessage Response, string Text)> SendAsync(
        string method, string path, string? body = null, string type = "application/json", string? accept = null, HttpClient? http = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) { request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)); }
        if (accept is not null) { request.Headers.TryAddWithoutValidation("Accept", accept); }
        var response = await (http ?? _http).SendAsync(request);
        return ((int)response.StatusCode, response, await response.Content.ReadAsStringAsync());
    }

    private protected async Task<JsonNode> OkAsync(string method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        var (code, _, text) = await SendAsync(method, path, body, type, accept);
        Assert.True(code is 200 or 201 or 202, $"{method} {path}: {code} {text}");
        return JsonNode.Parse(text)!;
    }

    private protected async Task<JsonNode> RefusedAsync(int code, string method, string path, string? body = null, string type = "application/json", string? accept = null)
    {
        var (got, _, text) = await SendAsync(method, path, body, type, accept);
        Assert.True(got == code, $"{method} {path}: {got} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>The events of a watch until as many have come, or the server ends it.</summary>
    private protected async Task<List<JsonNode>> WatchAsync(string path, int count, Func<IEnumerable<JsonNode>, bool>? enough = null)
    {
        var events = new List<JsonNode>();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var stream = await _http.GetStreamAsync(new Uri(path, UriKind.Relative), timeout.Token);
        using var reader = new StreamReader(stream);
        while (events.Count < count && enough?.Invoke(events) != true && await reader.ReadLineAsync(timeout.Token) is { } line) { events.Add(JsonNode.Parse(line)!); }
        return events;
    }

    /// <summary>Asks again until it is so: some answers follow a write a moment later.</summary>
    private protected static Task UntilAsync(Func<Task<bool>> isSo, string what) => Patience.UntilAsync(isSo, what);

    /// <summary>Creates a definition and waits until its resource is served.</summary>
    private protected async Task DefineAsync(string definition)
    {
        var made = await OkAsync("POST", Definitions, definition);
        await EstablishedAsync((string)made["metadata"]!["name"]!);
    }

    private protected Task EstablishedAsync(string name) => UntilAsync(async () =>
    {
        var conditions = (await OkAsync("GET", $"{Definitions}/{name}"))["status"]?["conditions"]?.AsArray();
        return conditions?.Any(static item => (string?)item!["type"] == "Established" && (string?)item["status"] == "True") == true;
    }, $"{name} is established");

    /// <summary>A definition of one version of widgets in <c>example.com</c>.</summary>
    private protected static string Definition(string plural, string schema, string more = "", string scope = "Cluster", string group = "example.com") => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{{plural}}}.{{{group}}}"},
         "spec":{"group":"{{{group}}}","scope":"{{{scope}}}","names":{"plural":"{{{plural}}}","singular":"{{{plural.TrimEnd('s')}}}","kind":"{{{char.ToUpperInvariant(plural[0]) + plural[1..].TrimEnd('s')}}}"},
          "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{{{schema}}}}{{{more}}}}]}}
        """;
}
