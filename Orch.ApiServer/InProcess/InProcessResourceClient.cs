using System.Globalization;
using System.Runtime.CompilerServices;
using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources.Conversion;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Serving;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.InProcess;

/// <summary>The verbs of one resource; what it hands out is shared with the watch cache, what it takes is copied.</summary>
internal sealed class InProcessResourceClient<T>(InProcessServer server, UserInfo user, KindInfo kind) : IResourceClient<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly KindInfo _kind = kind;
    private readonly string _manager = ManagerName.OfUser(user.Name);

    // Looked up each time: custom resources come and go.
    private ServedResource? Served => server.Resources.Find(_kind.Resource);

    /// <inheritdoc />
    public async Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var resource = await RequireAsync("get", key.Namespace, key.Name, string.Empty, cancellationToken).ConfigureAwait(false);
        return Typed(resource, await server.Reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc />
    public async Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var resource = await RequireAsync("list", request.Namespace, NameIn(request.FieldSelector), string.Empty, cancellationToken, request.FieldSelector, request.LabelSelector).ConfigureAwait(false);
        var call = new ListCall(Selection.Parse(resource, request.Namespace, request.LabelSelector, request.FieldSelector))
        {
            ResourceVersion = request.ResourceVersion ?? string.Empty, Limit = request.Limit, Continue = request.Continue ?? string.Empty,
        };
        var list = await server.Reader.ListAsync(resource, call, cancellationToken).ConfigureAwait(false);
        var items = new T[list.Items.Count];
        for (var index = 0; index < items.Length; index++) { items[index] = Typed(resource, list.Items[index]); }
        return new ResourceList<T>(items, Text(list.Revision), list.Continue);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var resource = await RequireAsync("watch", request.Namespace, NameIn(request.FieldSelector), string.Empty, cancellationToken, request.FieldSelector, request.LabelSelector).ConfigureAwait(false);
        var selection = Selection.Parse(resource, request.Namespace, request.LabelSelector, request.FieldSelector);
        var after = ResourceVersions.Parse(request.ResourceVersion);
        if (string.IsNullOrEmpty(request.ResourceVersion)) { await server.Reader.CatchUpAsync(cancellationToken).ConfigureAwait(false); }
        CacheSnapshot? initial = null;
        using var watch = after > 0 ? resource.Cache.WatchAfter(selection.Scope, after) : resource.Cache.WatchFromNow(selection.Scope, out initial);
        using var registration = cancellationToken.UnsafeRegister(static state => ((CacheWatch)state!).Signal(), watch);
        if (initial is not null)
        {
            after = initial.Revision;
            await ConversionAhead.PrepareAsync(resource, initial.Objects, selection.Prefix, selection.Prefix, 0, cancellationToken).ConfigureAwait(false);
            foreach (var item in initial.Objects.Range(selection.Prefix, Storage.RangeRequest.PrefixEnd(selection.Prefix)))
            {
                if ((selection.Key is not null && item.Key != selection.Key) || !selection.Matches(item)) { continue; }
                yield return new WatchEvent<T>(WatchEventKind.Added, Typed(resource, item), Text(item.Revision));
            }
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Where the resource is served no longer, what came before is still told: nobody could ask for it again.
            var end = watch.End;
            var seen = server.Mirror.Observed;
            while (watch.TryRead(out var item))
            {
                after = item.Revision;
                await ConversionAhead.PrepareAsync(resource, item.Previous, cancellationToken).ConfigureAwait(false);
                await ConversionAhead.PrepareAsync(resource, item.Current, cancellationToken).ConfigureAwait(false);
                var (type, shown) = WatchJudge.Judge(item, selection);
                if (shown is null) { continue; }
                await ConversionAhead.PrepareAsync(resource, shown, cancellationToken).ConfigureAwait(false);
                var kind = type switch { "ADDED" => WatchEventKind.Added, "MODIFIED" => WatchEventKind.Modified, _ => WatchEventKind.Deleted };
                yield return new WatchEvent<T>(kind, Typed(resource, shown), Text(item.Revision));
                cancellationToken.ThrowIfCancellationRequested();
            }

            if (watch.End == WatchEnd.None && watch.TakeBookmarkRequest()) { yield return new WatchEvent<T>(WatchEventKind.Bookmark, null, Text(Math.Max(seen, after))); }
            if (end != WatchEnd.None) { yield break; }
            if (watch.End == WatchEnd.None) { await watch.WaitAsync().ConfigureAwait(false); }
        }
    }

    /// <inheritdoc />
    public async Task<T> CreateAsync(T resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var key = resource.Key();
        if (Served is null && server.Creates.Find(_kind.Resource, string.Empty) is { } handler)
        {
            await AuthorizeAsync("create", key.Namespace, string.Empty, string.Empty, cancellationToken).ConfigureAwait(false);
            return (T)await server.Creates.RunAsync(handler, new CreateCall(user, ObjectKey.Cluster(string.Empty) with { Namespace = key.Namespace }, Own(resource), false), [], cancellationToken).ConfigureAwait(false);
        }

        var served = await RequireAsync("create", key.Namespace, string.Empty, string.Empty, cancellationToken).ConfigureAwait(false);
        if (served.IsNamespaced && key.Namespace.Length == 0) { throw Refusals.MethodNotAllowed(); }
        var value = Owned(served, resource);
        if (!served.IsNamespaced) { value.Metadata.NamespaceProperty = null; }
        var result = await server.Writer.CreateAsync(served, new WriteCall(user) { Manager = _manager }, value, cancellationToken).ConfigureAwait(false);
        return Typed(served, result.Object);
    }

    /// <inheritdoc />
    public Task<T> UpdateAsync(T resource, CancellationToken cancellationToken) => PutAsync(resource, string.Empty, cancellationToken);

    /// <inheritdoc />
    public Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken) => PutAsync(resource, "status", cancellationToken);

    /// <inheritdoc />
    public Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken) => PutAsync(resource, subresource, cancellationToken);

    /// <inheritdoc />
    public async Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        var subresource = patch.Subresource ?? string.Empty;
        var resource = await RequireAsync("patch", key.Namespace, key.Name, subresource, cancellationToken).ConfigureAwait(false);
        var call = new WriteCall(user) { Manager = patch.FieldManager is { Length: > 0 } manager ? manager : _manager, Subresource = subresource, IsApply = patch.Kind == PatchKind.Apply };
        if (call.IsApply) { return await ApplyAsync(resource, call, key, patch, cancellationToken).ConfigureAwait(false); }
        if (subresource == "scale" && resource.Declaration.Scale is not null)
        {
            await server.Scale.WriteAsync(resource, call, key, scale => ScaleEndpoint.Patch(server.Patcher, scale, patch.Kind, patch.Body, FieldValidation.Ignore, call.Warnings), cancellationToken).ConfigureAwait(false);
            return Typed(resource, await server.Reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false));
        }

        var change = ObjectChanges.For(resource, subresource, (current, _) =>
        {
            var patched = ObjectChanges.Patch(server.Patcher, resource, current, patch.Kind, patch.Body, FieldValidation.Ignore, call.Warnings);
            CheckName(patched, key);
            return new ValueTask<IKubernetesObject<V1ObjectMeta>>(patched);
        });
        var result = await server.Writer.UpdateAsync(resource, call, key, change, cancellationToken).ConfigureAwait(false);
        return Typed(resource, result.Object);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var resource = await RequireAsync("delete", key.Namespace, key.Name, string.Empty, cancellationToken).ConfigureAwait(false);
        var call = new DeleteCall
        {
            GracePeriod = request.GracePeriod is { } grace ? TimeSpan.FromSeconds(Math.Floor(grace.TotalSeconds)) : null,
            PropagationPolicy = request.PropagationPolicy,
            PreconditionUid = request.PreconditionUid,
            PreconditionResourceVersion = request.PreconditionResourceVersion,
        };
        await server.Writer.DeleteAsync(resource, new WriteCall(user) { Manager = _manager }, key, call, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        await AuthorizeAsync("create", key.Namespace, key.Name, subresource, cancellationToken).ConfigureAwait(false);
        var handler = server.Creates.Find(_kind.Resource, subresource) ?? throw Refusals.NoSuchPath();
        if (handler.Description.BodyType != typeof(TBody)) { throw ApiErrors.BadRequest($"{_kind.Resource.Resource}/{subresource} takes a {handler.Description.Kind.Kind}, not a {typeof(TBody).Name}"); }
        return await server.Creates.RunAsync(handler, new CreateCall(user, key, ApiJson.DeepCopy(body), false), [], cancellationToken).ConfigureAwait(false) as TBody;
    }

    /// <inheritdoc />
    public async Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        if (body is T whole)
        {
            CheckName(whole, key);
            return (TBody)(object)await PutAsync(whole, subresource, cancellationToken).ConfigureAwait(false);
        }

        var resource = await RequireAsync("update", key.Namespace, key.Name, subresource, cancellationToken).ConfigureAwait(false);
        if (subresource != "scale" || resource.Declaration.Scale is null || body is not V1Scale scale) { throw Refusals.NoSuchPath(); }
        var written = await server.Scale.WriteAsync(
            resource, new WriteCall(user) { Manager = _manager, Subresource = subresource }, key, _ => ApiJson.DeepCopy(scale), cancellationToken).ConfigureAwait(false);
        return (TBody)(object)written;
    }

    /// <inheritdoc />
    public async Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        var resource = await RequireAsync("get", key.Namespace, key.Name, subresource, cancellationToken).ConfigureAwait(false);
        var isScale = subresource == "scale" && resource.Declaration.Scale is not null && typeof(TBody) == typeof(V1Scale);
        if (!isScale && !(subresource == "status" && resource.Declaration.HasStatus && typeof(TBody) == typeof(T))) { throw Refusals.NoSuchPath(); }
        var item = await server.Reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false);
        return isScale ? (TBody)(object)ScaleEndpoint.ScaleOf(resource, item) : (TBody)(object)Typed(resource, item);
    }

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    // A custom resource is a tree to the server; whoever has a type for it gets a copy of that type.
    private static T Typed(ServedResource resource, CachedObject item)
        => typeof(T) == typeof(PartialObjectMetadata) ? (T)(object)PartialObjects.Of(item)
            : item.As(resource.Declaration).Value is var value && value is T typed ? typed : ApiJson.Deserialize<T>(ApiJson.Serialize(value, value.GetType()));

    private static string NameIn(string fieldSelector)
    {
        if (!fieldSelector.Contains("metadata.name", StringComparison.Ordinal)) { return string.Empty; }
        try { return FieldSelector.Parse(fieldSelector).RequiredValue("metadata.name") ?? string.Empty; }
        catch (SelectorException) { return string.Empty; }
    }

    private static void CheckName(IKubernetesObject<V1ObjectMeta> value, ObjectKey key)
    {
        if (value.Metadata.Name != key.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({value.Metadata.Name}) does not match the name on the URL ({key.Name})");
        }

        if ((value.Metadata.NamespaceProperty ?? string.Empty) != key.Namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private async Task<T> ApplyAsync(ServedResource resource, WriteCall call, ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        WriteOptions.CheckApply(patch.FieldManager ?? string.Empty);
        var body = ApplyPatch.Read(patch.Body);
        if (call.Subresource == "scale" && resource.Declaration.Scale is not null)
        {
            await server.Scale.ApplyAsync(resource, call, key, body, patch.Force, FieldValidation.Ignore, cancellationToken).ConfigureAwait(false);
            return Typed(resource, await server.Reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false));
        }

        var result = await server.Applies.WriteAsync(resource, call, key, body, patch.Force, FieldValidation.Ignore, cancellationToken).ConfigureAwait(false);
        return Typed(resource, result.Object);
    }

    private async Task<T> PutAsync(T resource, string subresource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var key = resource.Key();
        var served = await RequireAsync("update", key.Namespace, key.Name, subresource, cancellationToken).ConfigureAwait(false);
        if (key.Name.Length == 0) { throw ApiErrors.BadRequest("the name of the object ( based on URL) was undeterminable: name must be provided"); }
        var change = ObjectChanges.For(served, subresource, (_, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Owned(served, resource)), () => Owned(served, resource));
        var result = await server.Writer.UpdateAsync(served, new WriteCall(user) { Manager = _manager, Subresource = subresource }, key, change, cancellationToken).ConfigureAwait(false);
        return Typed(served, result.Object);
    }

    private IKubernetesObject<V1ObjectMeta> Owned(ServedResource served, T resource)
    {
        if (served.Declaration is not CustomResourceDeclaration custom || resource is CustomObject) { return Own(resource); }
        var outcome = CustomObjectDecoder.Read(custom, ApiJson.Serialize(Own(resource)), isPatched: true, server.Schemas);
        return outcome.Fault is null ? outcome.Value! : throw ApiErrors.BadRequest($"{_kind.Kind.Kind} in version \"{_kind.Kind.Version}\" cannot be handled as a {_kind.Kind.Kind}: {outcome.Fault}");
    }

    // The caller's object may be shared with caches; the pipeline changes what it is given.
    private T Own(T resource)
    {
        var copy = ApiJson.DeepCopy(resource);
        copy.ApiVersion = _kind.Kind.ApiVersion;
        copy.Kind = _kind.Kind.Kind;
        copy.Metadata ??= new V1ObjectMeta();
        return copy;
    }

    private async ValueTask<ServedResource> RequireAsync(string verb, string namespaceName, string name, string subresource, CancellationToken cancellationToken, string fields = "", string labels = "")
    {
        await AuthorizeAsync(verb, namespaceName, name, subresource, cancellationToken, fields, labels).ConfigureAwait(false);
        return Served ?? throw Refusals.NoSuchPath();
    }

    private ValueTask AuthorizeAsync(string verb, string namespaceName, string name, string subresource, CancellationToken cancellationToken, string fields = "", string labels = "")
    {
        cancellationToken.ThrowIfCancellationRequested();
        return server.Authorization.RequireAsync(
            new AuthorizationAttributes(user, verb)
            {
                Group = _kind.Resource.Group, Version = _kind.Resource.Version, Resource = _kind.Resource.Resource, Subresource = subresource, Name = name,
                Namespace = _kind.Resource is { Resource: "namespaces", Group.Length: 0 } ? name : namespaceName,
                FieldSelector = fields, LabelSelector = labels,
            },
            cancellationToken);
    }
}
