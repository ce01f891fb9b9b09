using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Catalog;
using Orch.ApiServer.OpenApi;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Tests.OpenApi;

public sealed class OpenApiTests
{
    private readonly OpenApiPublisher _publisher = new(new OpenApiWriter(
        new ResourceCatalog([new Pods(), new Deployments(), new Namespaces()]), [new Tokens()], new ModelSchemas()));

    [Fact]
    public void V2_DescribesTypesAsUpstream()
    {
        var root = Json("/openapi/v2");
        var spec = root.GetProperty("definitions").GetProperty("io.k8s.api.core.v1.PodSpec");
        var containers = spec.GetProperty("properties").GetProperty("containers");
        Assert.Equal("merge", containers.GetProperty("x-kubernetes-patch-strategy").GetString());
        Assert.Equal("name", containers.GetProperty("x-kubernetes-patch-merge-key").GetString());
        Assert.Equal("#/definitions/io.k8s.api.core.v1.Container", containers.GetProperty("items").GetProperty("$ref").GetString());
        Assert.Equal("containers", Assert.Single(spec.GetProperty("required").EnumerateArray()).GetString());
        Assert.StartsWith("Restart policy for all containers within the pod.", spec.GetProperty("properties").GetProperty("restartPolicy").GetProperty("description").GetString(), StringComparison.Ordinal);
        var kind = Assert.Single(root.GetProperty("definitions").GetProperty("io.k8s.api.apps.v1.Deployment").GetProperty("x-kubernetes-group-version-kind").EnumerateArray());
        Assert.Equal(("apps", "v1", "Deployment"), (kind.GetProperty("group").GetString(), kind.GetProperty("version").GetString(), kind.GetProperty("kind").GetString()));
    }

    [Theory]
    [InlineData("/openapi/v2", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}", "patch", "patchAppsV1NamespacedDeployment")]
    [InlineData("/openapi/v2", "/api/v1/namespaces", "post", "createCoreV1Namespace")]
    [InlineData("/openapi/v2", "/api/v1/pods", "get", "listCoreV1PodForAllNamespaces")]
    [InlineData("/openapi/v3/api/v1", "/api/v1/namespaces/{namespace}/pods", "delete", "deleteCoreV1CollectionNamespacedPod")]
    [InlineData("/openapi/v3/api/v1", "/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token", "post", "createCoreV1NamespacedTokenRequestToken")]
    [InlineData("/openapi/v3/apis/apps/v1", "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/status", "put", "replaceAppsV1NamespacedDeploymentStatus")]
    public void Paths_HaveTheirOperations(string document, string path, string method, string operationId)
        => Assert.Equal(operationId, Json(document).GetProperty("paths").GetProperty(path).GetProperty(method).GetProperty("operationId").GetString());

    [Theory]
    [InlineData("/openapi/v2")]
    [InlineData("/openapi/v3/apis/apps/v1")]
    public void Patch_SaysThatFieldsAreValidated(string document)
    {
        var patch = Json(document).GetProperty("paths").GetProperty("/apis/apps/v1/namespaces/{namespace}/deployments/{name}").GetProperty("patch");
        var names = patch.GetProperty("parameters").EnumerateArray().Select(static item => item.GetProperty("name").GetString());
        Assert.Contains("fieldValidation", names);
        Assert.Contains("dryRun", names);
        Assert.Equal("Deployment", patch.GetProperty("x-kubernetes-group-version-kind").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("/openapi/v2")]
    [InlineData("/openapi/v3/api/v1")]
    [InlineData("/openapi/v3/apis/apps/v1")]
    public void EveryReference_HasItsDefinition(string document)
    {
        var root = Json(document);
        var definitions = root.TryGetProperty("definitions", out var found) ? found : root.GetProperty("components").GetProperty("schemas");
        var missing = References(root).Select(static name => name[(name.LastIndexOf('/') + 1)..]).Distinct().Where(name => !definitions.TryGetProperty(name, out _));
        Assert.Empty(missing);
    }

    [Fact]
    public void V3Index_NamesDocumentsByTheirHash()
    {
        var url = Json("/openapi/v3").GetProperty("paths").GetProperty("apis/apps/v1").GetProperty("serverRelativeURL").GetString();
        var document = _publisher.Find("/openapi/v3/apis/apps/v1", "application/json")!;
        Assert.Equal($"/openapi/v3/apis/apps/v1?hash={document.ETag.Trim('"')}", url);
        Assert.Same(document, _publisher.Find("/openapi/v3/apis/apps/v1", string.Empty));
        Assert.Null(_publisher.Find("/openapi/v3/apis/batch/v1", string.Empty));
    }

    [Theory]
    [InlineData("application/com.github.proto-openapi.spec.v2@v1.0+protobuf")]
    [InlineData("application/com.github.proto-openapi.spec.v2.v1.0+protobuf, application/json;q=0.5")]
    public void V2_AsProtobuf_BeginsWithTheVersion(string accept)
    {
        var document = _publisher.Find("/openapi/v2", accept)!;
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", document.ContentType);
        Assert.Equal([0x0A, 3, (byte)'2', (byte)'.', (byte)'0', 0x12], document.ToBytes()[..6]);
    }

    [Fact]
    public void OtherForms_AreNotAcceptable()
        => Assert.Equal(406, Assert.Throws<ApiException>(() => _publisher.Find("/openapi/v3/api/v1", "application/com.github.proto-openapi.spec.v3@v1.0+protobuf")).Code);

    private JsonElement Json(string path)
    {
        var document = _publisher.Find(path, "application/json")!;
        Assert.Equal("application/json", document.ContentType);
        return JsonDocument.Parse(document.ToBytes()).RootElement;
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static item =>
            item.Name == "$ref" && item.Value.ValueKind == JsonValueKind.String ? [item.Value.GetString()!] : References(item.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private sealed class Pods() : ResourceDeclaration<V1Pod>("pods", ResourceScope.Namespaced)
    {
        public override bool HasStatus => true;
    }

    private sealed class Deployments() : ResourceDeclaration<V1Deployment>("deployments", ResourceScope.Namespaced)
    {
        public override bool HasStatus => true;

        public override ScaleMapping Scale { get; } = new(static _ => 0, static (_, _) => { }, static _ => 0, static _ => string.Empty);
    }

    private sealed class Namespaces() : ResourceDeclaration<V1Namespace>("namespaces", ResourceScope.Cluster);

    private sealed class Tokens : ICreateHandler
    {
        public CreateHandlerDescription Description { get; } = new(
            new GroupVersionResource(string.Empty, "v1", "serviceaccounts"), "token", ResourceScope.Namespaced,
            new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest"), typeof(Authenticationv1TokenRequest));

        public ValueTask<IKubernetesObject> CreateAsync(CreateCall call, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
