using System.Net;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.CustomResources;

/// <summary>Definitions as large as operators have them, and clients that have a type of their own for them.</summary>
public sealed class OperatorTests : HttpServerTests
{
    [Fact]
    public async Task DefinitionWithAWholePodTemplate_IsServed()
    {
        var template = SchemaOf(new ModelSchemas().For(typeof(V1PodTemplateSpec)), 0);
        var spec = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["template"] = template, ["replicas"] = JsonNode.Parse("""{"type":"integer","default":1}""") } };
        var definition = Crds.Widgets(spec.ToJsonString(), """{"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas"}}}""");
        Assert.True(definition.ToJsonString().Length > 50_000, "the definition is as large as an operator's");
        await _http.DefineAsync(definition);

        const string Template = """{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"resources":{"limits":{"cpu":"1"}},"livenessProbe":{"httpGet":{"port":"http"}}}]}}}""";
        var (code, body, _) = await _http.SendAsync("POST", Crds.Path() + "?fieldValidation=Strict", Crds.Widget("a", Template));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());
        Assert.Equal(1, (int)body["spec"]!["replicas"]!);
        (code, body, _) = await _http.SendAsync("POST", Crds.Path(), Crds.Widget("b", Template.Replace("\"containerPort\":80", "\"containerPort\":\"80\"", StringComparison.Ordinal)));
        Assert.Equal("Widget.example.com \"b\" is invalid: spec.template.spec.containers[0].ports[0].containerPort: Invalid value: \"string\": spec.template.spec.containers[0].ports[0].containerPort in body must be of type integer: \"string\"", body.Message());
    }

    [Fact]
    public async Task OfficialClient_Generic_WorksWithItsOwnType()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"},"color":{"type":"string","default":"red"}}}"""));
        var configuration = new KubernetesClientConfiguration { Host = _server.Address.ToString(), AccessToken = "admin/system:masters", SkipTlsVerify = true };
        using var kubernetes = new Kubernetes(configuration);
        using var widgets = new GenericClient(kubernetes, "example.com", "v1", "widgets");
        var made = await widgets.CreateNamespacedAsync(new WidgetModel { ApiVersion = "example.com/v1", Kind = "Widget", Metadata = new V1ObjectMeta { Name = "a" }, Spec = new WidgetSpec { Size = 3 } }, "default");
        Assert.Equal("red", made.Spec!.Color);
        made.Spec.Size = 4;
        Assert.Equal(4, (await widgets.ReplaceNamespacedAsync(made, "default", "a")).Spec!.Size);
        Assert.Equal("a", Assert.Single((await widgets.ListNamespacedAsync<WidgetList>("default")).Items).Metadata.Name);
        await widgets.DeleteNamespacedAsync<V1Status>("default", "a");
    }

    [Fact]
    public async Task ClientInTheProcess_WorksWithItsOwnType()
    {
        await _http.DefineAsync(Crds.Widgets("""{"type":"object","properties":{"size":{"type":"integer"},"color":{"type":"string","default":"red"}}}"""));
        var widgets = _server.Admin.Resource<WidgetModel>();
        var made = await widgets.CreateAsync(new WidgetModel { Metadata = new V1ObjectMeta { Name = "a", NamespaceProperty = "default" }, Spec = new WidgetSpec { Size = 3 } }, CancellationToken.None);
        Assert.Equal((3, "red"), (made.Spec!.Size, made.Spec.Color));
        made.Spec.Size = 4;
        var updated = await widgets.UpdateAsync(made, CancellationToken.None);
        Assert.Equal((4, 2L), (updated.Spec!.Size, updated.Metadata.Generation));
        var list = await widgets.ListAsync(new ListRequest { Namespace = "default" }, CancellationToken.None);
        Assert.Equal(4, Assert.Single(list.Items).Spec!.Size);
        await widgets.DeleteAsync(new ObjectKey("default", "a"), new DeleteRequest(), CancellationToken.None);
    }

    private static JsonObject SchemaOf(ObjectSchema schema, int depth)
    {
        var properties = new JsonObject();
        // Metadata inside is free, as generators leave it.
        foreach (var property in schema.Properties) { properties[property.Name] = property.Name == "metadata" ? JsonNode.Parse("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""") : ValueOf(property.Value, depth + 1); }
        var result = new JsonObject { ["type"] = "object", ["description"] = $"As the model {schema.GoType} of the built-in kinds has it.", ["properties"] = properties };
        var required = schema.Properties.Where(static property => property.Facts.Required).Select(static property => (JsonNode?)property.Name).ToArray();
        if (required.Length > 0) { result["required"] = new JsonArray(required); }
        return result;
    }

    private static JsonNode ValueOf(ValueSchema value, int depth) => value.Kind switch
    {
        _ when depth > 25 => JsonNode.Parse("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""")!,
        ValueKind.Object => SchemaOf(value.Object!, depth),
        ValueKind.List => new JsonObject { ["type"] = "array", ["items"] = ValueOf(value.Element!, depth + 1) },
        ValueKind.Map => new JsonObject { ["type"] = "object", ["additionalProperties"] = ValueOf(value.Element!, depth + 1) },
        ValueKind.Boolean => JsonNode.Parse("""{"type":"boolean"}""")!,
        ValueKind.Int32 => JsonNode.Parse("""{"type":"integer","format":"int32"}""")!,
        ValueKind.Int64 => JsonNode.Parse("""{"type":"integer","format":"int64"}""")!,
        ValueKind.Double => JsonNode.Parse("""{"type":"number"}""")!,
        ValueKind.IntOrString => JsonNode.Parse("""{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true}""")!,
        ValueKind.Quantity => JsonNode.Parse("""{"anyOf":[{"type":"integer"},{"type":"string"}],"x-kubernetes-int-or-string":true,"pattern":"^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$"}""")!,
        ValueKind.Time or ValueKind.MicroTime => JsonNode.Parse("""{"type":"string","format":"date-time"}""")!,
        ValueKind.Free => JsonNode.Parse("""{"x-kubernetes-preserve-unknown-fields":true}""")!,
        _ => JsonNode.Parse("""{"type":"string"}""")!,
    };

    [KubernetesEntity(Group = "example.com", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
    internal sealed class WidgetModel : IKubernetesObject<V1ObjectMeta>
    {
        [JsonPropertyName("apiVersion")]
        public string ApiVersion { get; set; } = string.Empty;

        [JsonPropertyName("kind")]
        public string Kind { get; set; } = string.Empty;

        [JsonPropertyName("metadata")]
        public V1ObjectMeta Metadata { get; set; } = new();

        [JsonPropertyName("spec")]
        public WidgetSpec? Spec { get; set; }
    }

    internal sealed class WidgetSpec
    {
        [JsonPropertyName("size")]
        public int Size { get; set; }

        [JsonPropertyName("color")]
        public string? Color { get; set; }
    }

    internal sealed class WidgetList : IKubernetesObject<V1ListMeta>, IItems<WidgetModel>
    {
        [JsonPropertyName("apiVersion")]
        public string ApiVersion { get; set; } = string.Empty;

        [JsonPropertyName("kind")]
        public string Kind { get; set; } = string.Empty;

        [JsonPropertyName("metadata")]
        public V1ListMeta Metadata { get; set; } = new();

        [JsonPropertyName("items")]
        public IList<WidgetModel> Items { get; set; } = [];
    }
}
