using System.Net;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.CustomResources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Conformance.Lifecycles;

/// <summary>Requests of one client whose answers are looked into, and watches that say what they saw.</summary>
internal static class ApiCaller
{
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string Json = "application/json-patch+json";

    /// <summary>Sends, and takes nothing but the expected code.</summary>
    public static async Task<JsonNode> CallAsync(this HttpClient http, string method, string path, string? body = null, string type = "application/json", HttpStatusCode expected = HttpStatusCode.OK)
    {
        var (code, answer, _) = await http.SendAsync(method, path, body, type);
        Assert.True(code == expected, $"{method} {path} answered {(int)code}: {answer.ToJsonString()}");
        return answer;
    }

    public static Task<JsonNode> ReadAsync(this HttpClient http, string path) => http.CallAsync("GET", path);

    public static Task<JsonNode> MakeAsync(this HttpClient http, string path, string body) => http.CallAsync("POST", path, body, expected: HttpStatusCode.Created);

    public static Task<JsonNode> ReplaceAsync(this HttpClient http, string path, JsonNode body) => http.CallAsync("PUT", path, body.ToJsonString());

    public static Task<JsonNode> ChangeAsync(this HttpClient http, string path, string patch, string type = Merge) => http.CallAsync("PATCH", path, patch, type);

    public static Task<JsonNode> RemoveAsync(this HttpClient http, string path, string? options = null) => http.CallAsync("DELETE", path, options);

    /// <summary>Sends what must be refused; what the refusal says.</summary>
    public static async Task<string> RefusedAsync(this HttpClient http, HttpStatusCode expected, string method, string path, string? body = null, string type = "application/json")
    {
        var answer = await http.CallAsync(method, path, body, type, expected);
        Assert.Equal(("Status", "Failure", (int)expected), ((string)answer["kind"]!, (string)answer["status"]!, (int)answer["code"]!));
        return answer.Message();
    }

    /// <summary>Takes what is gone for gone.</summary>
    public static async Task GoneAsync(this HttpClient http, string path)
    {
        var (code, answer, _) = await http.SendAsync("GET", path);
        Assert.Equal((HttpStatusCode.NotFound, "NotFound"), (code, (string)answer["reason"]!));
    }

    /// <summary>The events of a watch, each as type, name and version, until as many were seen.</summary>
    public static async Task<IReadOnlyList<(string Type, JsonNode Object)>> SeeAsync(this HttpClient http, string path, int count)
    {
        var seen = new List<(string, JsonNode)>();
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (seen.Count < count && await reader.ReadLineAsync().Within($"event {seen.Count} of {path}") is { } line)
        {
            var item = JsonNode.Parse(line)!;
            seen.Add(((string)item["type"]!, item["object"]!));
        }

        return seen;
    }

    public static string Name(this JsonNode item) => (string)item["metadata"]!["name"]!;

    public static string Version(this JsonNode item) => (string)item["metadata"]!["resourceVersion"]!;

    public static long? Generation(this JsonNode item) => (long?)item["metadata"]!["generation"];

    public static string? Annotation(this JsonNode item, string key) => (string?)item["metadata"]!["annotations"]?[key];

    public static IReadOnlyList<string> Names(this JsonNode list) => [.. list["items"]!.AsArray().Select(static item => item!.Name())];
}
