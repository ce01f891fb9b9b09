using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Kinds.Core;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Serving;
using Orch.Serialization;

namespace Orch.ApiServer.Components;

/// <summary>Answers reads of <c>componentstatuses</c>.</summary>
internal sealed class ComponentStatusHandler(ComponentChecks checks, Answer answer, TimeProvider time) : IReadHandler
{
    private const string Deprecation = "v1 ComponentStatus is deprecated in v1.19+";
    private static readonly ComponentStatusDeclaration Kind = new();

    // Answers are made as those of other kinds are; of the cache only the prefix of keys is used.
    private readonly ServedResource _resource = new(Kind, Kind, new ResourceCache(Kind.StoragePrefix, Kind, new CacheLimits(), time));

    public ResourceDeclaration Declaration => Kind;

    public async ValueTask HandleAsync(ApiRequest request)
    {
        request.Warnings.Add(Deprecation);
        var info = request.Info;
        if (info.Namespace.Length > 0 || info.Subresource.Length > 0) { throw Refusals.NoSuchPath(); }
        if (!HttpMethods.IsGet(request.Http.Request.Method)) { throw Refusals.MethodNotAllowed(); }
        if (info.Verb == "watch") { throw ApiErrors.MethodNotSupported(Kind.Resource, "watch"); }
        var form = AcceptedForm.Choose(request.Accept, convertible: true, typeof(V1ComponentStatus));
        if (info.Name.Length == 0)
        {
            await answer.ListAsync(request, _resource, await ListAsync(request).ConfigureAwait(false), form).ConfigureAwait(false);
            return;
        }

        var status = await checks.FindAsync(info.Name, request.Cancellation).ConfigureAwait(false) ?? throw NoComponent(info.Name);
        await answer.ObjectAsync(request, StatusCodes.Status200OK, _resource, ToObject(status), form).ConfigureAwait(false);
    }

    private async ValueTask<ListResult> ListAsync(ApiRequest request)
    {
        var selection = Selection.Parse(_resource, string.Empty, QueryOptions.Text(request.Query, "labelSelector"), QueryOptions.Text(request.Query, "fieldSelector"));
        var all = await checks.AllAsync(request.Cancellation).ConfigureAwait(false);
        return new ListResult([.. all.Select(ToObject).Where(selection.Matches)], 0, null, null);
    }

    private CachedObject ToObject(V1ComponentStatus status)
        => new(_resource.KeyOf(new Orch.Resources.ObjectKey(string.Empty, status.Metadata.Name)), ApiJson.Serialize(status), 0, Kind);

    // Upstream has no "not found" for these.
    private static Client.ApiException NoComponent(string name) => new(new V1Status
    {
        ApiVersion = "v1", Kind = "Status", Metadata = new V1ListMeta(), Status = "Failure", Code = 500, Message = $"Component not found: {name}",
    });
}
