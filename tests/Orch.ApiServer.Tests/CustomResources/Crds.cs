using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>Definitions and requests that tests of custom resources share.</summary>
internal static class Crds
{
    public const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    /// <summary>A definition with one version, v1, of the given schema of <c>spec</c>.</summary>
    public static JsonObject Widgets(string specSchema = """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""", string extra = "{}")
    {
        var version = (JsonObject)JsonNode.Parse("""
            {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{
              "spec":SPEC,"status":{"type":"object","properties":{"replicas":{"type":"integer"},"phase":{"type":"string"},"selector":{"type":"string"}}}}}}}
            """.Replace("SPEC", specSchema, StringComparison.Ordinal))!;
        foreach (var (name, value) in (JsonObject)JsonNode.Parse(extra)!) { version[name] = value?.DeepClone(); }
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = "widgets.example.com" },
            ["spec"] = new JsonObject
            {
                ["group"] = "example.com",
                ["scope"] = "Namespaced",
                ["names"] = new JsonObject { ["plural"] = "widgets", ["kind"] = "Widget", ["shortNames"] = new JsonArray("wd"), ["categories"] = new JsonArray("all") },
                ["versions"] = new JsonArray(version),
            },
        };
    }

    public static string Widget(string name, string spec = "{}", string version = "v1") => $$"""{"apiVersion":"example.com/{{version}}","kind":"Widget","metadata":{"name":"{{name}}"},"spec":{{spec}}}""";

    public static string Path(string name = "", string version = "v1") => $"/apis/example.com/{version}/namespaces/default/widgets{(name.Length == 0 ? string.Empty : "/" + name)}";

    public static async Task<(HttpStatusCode Code, JsonNode Body, HttpResponseMessage Answer)> SendAsync(this HttpClient http, string method, string path, string? body = null, string type = "application/json")
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        var answer = await http.SendAsync(message);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text)! : JsonValue.Create(text), answer);
    }

    /// <summary>Creates a definition and waits until it says that it is established.</summary>
    public static async Task DefineAsync(this HttpClient http, JsonObject definition)
    {
        var (code, body, _) = await http.SendAsync("POST", Definitions, definition.ToJsonString());
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        await http.EstablishedAsync((string)definition["metadata"]!["name"]!);
    }

    /// <summary>Waits until a definition is established at its newest generation.</summary>
    public static async Task EstablishedAsync(this HttpClient http, string name)
        => await WatchAsync(http, $"{Definitions}?watch=1&fieldSelector=metadata.name={name}", item => Condition(item, "Established") == "True").Within($"{name} to be established");

    /// <summary>Waits for an event of a watch whose object fulfils a condition; the object.</summary>
    public static async Task<JsonNode> WatchAsync(this HttpClient http, string path, Func<JsonNode, bool> isWanted, string? type = null)
    {
        using var answer = await http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
        {
            var item = JsonNode.Parse(line)!;
            if ((type is null || (string)item["type"]! == type) && isWanted(item["object"]!)) { return item["object"]!; }
        }

        throw new InvalidOperationException($"the watch of {path} ended");
    }

    /// <summary>Deletes a definition; the answer, and what completes when it is gone.</summary>
    public static async Task<(JsonNode Body, Task Gone)> UndefineAsync(this HttpClient http, string name = "widgets.example.com")
    {
        var (_, body, _) = await http.SendAsync("DELETE", $"{Definitions}/{name}");
        var version = (string)body["metadata"]!["resourceVersion"]!;
        return (body, http.WatchAsync($"{Definitions}?watch=1&fieldSelector=metadata.name={name}&resourceVersion={version}", static _ => true, "DELETED").Within("the definition to go"));
    }

    public static string? Condition(JsonNode item, string type)
        => (string?)(item["status"]?["conditions"] as JsonArray)?.FirstOrDefault(condition => (string)condition!["type"]! == type)?["status"];

    public static string Message(this JsonNode body) => (string?)body["message"] ?? string.Empty;
}
