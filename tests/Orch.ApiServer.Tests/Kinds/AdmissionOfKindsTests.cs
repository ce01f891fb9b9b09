using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Orch.ApiServer.Admission.Matching;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tests.CustomResources;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Resources;
using Orch.Security;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Everything that can be done with every kind, as admission sees it: upstream's walk over all resources.</summary>
public sealed class AdmissionOfKindsTests(AdmissionOfKindsTests.Shared shared) : IClassFixture<AdmissionOfKindsTests.Shared>
{
    private static readonly SampleCompletions Completions = SampleCompletions.Read();

    public static TheoryData<string> Cases => [.. BuiltInResources.All().Select(SampleCompletions.NameOf)];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Kind_InEveryOperation_IsShownToBothSortsOfPlugins(string kind)
    {
        var declaration = BuiltInResources.All().Single(item => SampleCompletions.NameOf(item) == kind);
        Skip.If(Completions.ReasonAgainst(kind) is not null, Completions.ReasonAgainst(kind));
        OracleData.Require("samples", kind + ".json");
        var sample = Completions.Of(declaration);
        var isNamespace = declaration.Kind is { Group: "", Kind: "Namespace" };
        var name = (string)sample["metadata"]!["name"]!;
        sample["metadata"]!["finalizers"] = null;
        var place = isNamespace ? name : declaration.Scope == ResourceScope.Namespaced ? "default" : "";
        var collection = $"/{(declaration.Kind.Group.Length == 0 ? "api" : "apis")}/{declaration.Kind.ApiVersion}{(declaration.Scope == ResourceScope.Namespaced ? "/namespaces/default" : "")}/{declaration.Resource.Resource}";
        var path = $"{collection}/{name}";

        await ExpectAsync(declaration, "Create", name, place, "object", "CreateOptions", "POST", collection, sample);
        await ExpectAsync(declaration, "Update", name, place, "object old", "UpdateOptions", "PATCH", path, JsonNode.Parse("""{"metadata":{"annotations":{"patched":"y"}}}""")!, "application/merge-patch+json");
        await ExpectAsync(declaration, "Update", name, place, "object old", "UpdateOptions", "PATCH", path + "?fieldManager=a&force=true", Named(declaration, name), "application/apply-patch+yaml");
        if (declaration.HasStatus)
        {
            await ExpectAsync(declaration, "Update status", name, place, "object old", "UpdateOptions", "PATCH", path + "/status", JsonNode.Parse("""{"metadata":{"annotations":{"status":"y"}}}""")!, "application/merge-patch+json");
        }

        if (isNamespace) { return; }
        await ExpectAsync(declaration, "Delete", name, place, "old", "DeleteOptions", "DELETE", path + "?gracePeriodSeconds=0&dryRun=All", null);
        await ExpectAsync(declaration, "Delete", "", place, "old", "DeleteOptions", "DELETE", $"{collection}?fieldSelector=metadata.name%3D{name}&gracePeriodSeconds=0", null);
    }

    private static JsonObject Named(ResourceDeclaration declaration, string name)
        => new() { ["apiVersion"] = declaration.Kind.ApiVersion, ["kind"] = declaration.Kind.Kind, ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { ["applied"] = "z" } } };

    private async Task ExpectAsync(
        ResourceDeclaration declaration, string operation, string name, string place, string shown, string options, string method, string path, JsonNode? body, string type = "application/json")
    {
        shared.Witness.Seen.Clear();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) { request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue(type)); }
        using var answer = await shared.Http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {await answer.Content.ReadAsStringAsync()}");

        var expected = $"{operation} {declaration.Resource} {declaration.Kind} {place}/{name} {shown} {options}";
        // A patch that meets another write is made again, and shown again.
        var own = shared.Witness.Seen.Where(seen => seen.Resource == declaration.Resource && seen.User == "admin").Select(static seen => seen.Text).Distinct(StringComparer.Ordinal).ToList();
        Assert.Equal([$"admit {expected}", $"validate {expected}"], own);
    }

    public sealed class Shared : IAsyncLifetime
    {
        private TestServer _server = null!;

        internal Witness Witness { get; } = new();

        public HttpClient Http { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            _server = await TestServer.ListenAsync(services: services => services.AddSingleton<IAdmissionPlugin>(Witness));
            Http = _server.Http();
            await _server.Admin.Resource<V1ServiceAccount>().CreateAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = "default", NamespaceProperty = "default" } }, CancellationToken.None);
        }

        public async Task DisposeAsync()
        {
            Http.Dispose();
            await _server.DisposeAsync();
        }
    }

    /// <summary>Writes down what it is shown.</summary>
    internal sealed class Witness : IMutatingAdmission, IValidatingAdmission
    {
        public string Name => "Witness";

        public ConcurrentQueue<(GroupVersionResource Resource, string User, string Text)> Seen { get; } = new();

        public bool Handles(AdmissionOperation operation, GroupVersionResource resource, string subresource) => true;

        public ValueTask AdmitAsync(AdmissionRequest request, CancellationToken cancellationToken) => Note("admit", request);

        public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancellationToken) => Note("validate", request);

        private ValueTask Note(string phase, AdmissionRequest request)
        {
            var operation = request.Subresource.Length == 0 ? $"{request.Operation}" : $"{request.Operation} {request.Subresource}";
            var shown = string.Join(' ', new[] { Shown("object", request.Object, request), Shown("old", request.OldObject, request) }.Where(static text => text.Length > 0));
            Seen.Enqueue((request.Resource, request.User.Name, $"{phase} {operation} {request.Resource} {request.Kind} {AdmissionTarget.NamespaceOf(request)}/{request.Name} {shown} {request.Options?.Kind}"));
            return ValueTask.CompletedTask;
        }

        // What is shown is of the kind that the request says.
        private static string Shown(string what, IKubernetesObject? value, AdmissionRequest request)
            => value is null ? string.Empty : value.Kind == request.Kind.Kind && value.ApiVersion == request.Kind.ApiVersion ? what : $"{what}({value.ApiVersion} {value.Kind})";
    }
}
