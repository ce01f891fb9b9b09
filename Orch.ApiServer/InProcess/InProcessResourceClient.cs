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
using Orch.ApiServer.Serving.Fairness;
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
    public Task<T> GetAsync(ObjectKey key, CancellationToken cancellationToken)
        => RunAsync("get", key, string.Empty, async (call, resource) => Typed(resource, await server.Reader.GetAsync(resource, key, string.Empty, call.Cancellation).ConfigureAwait(false)), cancellationToken);

    /// <inheritdoc />
    public async Task<ResourceList<T>> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        var key = new ObjectKey(request.Namespace, NameIn(request.FieldSelector));
        var call = Begin("list", key, string.Empty, request.FieldSelector, request.LabelSelector);
        using var deadline = server.Limit(call, cancellationToken);
        try
        {
            var list = await deadline.RunAsync(ListAsync(call, request, isOfOne: key.Name.Length > 0)).ConfigureAwait(false);
            call.Begins(null);
            return list;
        }
        catch (OperationCanceledException) when (deadline.IsPast) { throw call.TookTooLong(); }
        catch (ApiException refusal) when (call.Refuses(refusal)) { throw; }
        finally { call.End(); }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync(WatchRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var call = Begin("watch", new ObjectKey(request.Namespace, NameIn(request.FieldSelector)), string.Empty, request.FieldSelector, request.LabelSelector);
        try
        {
            var (resource, selection, watch, initial) = await JoinAsync(call, request, cancellationToken).ConfigureAwait(false);
            using (watch)
            {
                await foreach (var item in FollowAsync(resource, selection, watch, initial, ResourceVersions.Parse(request.ResourceVersion), cancellationToken).ConfigureAwait(false)) { yield return item; }
            }
        }
        finally { call.End(); }
    }

    /// <inheritdoc />
    public async Task<T> CreateAsync(T resource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var key = resource.Key();
        // The new object's name is no part of the path.
        return await RunAsync("create", new ObjectKey(key.Namespace, string.Empty), string.Empty, async call =>
        {
            call.Sends(resource);
            if (Served is null && server.Creates.Find(_kind.Resource, string.Empty) is { } handler)
            {
                return (T)await server.Creates.RunAsync(handler, new CreateCall(user, ObjectKey.Cluster(string.Empty) with { Namespace = key.Namespace }, Own(resource), false), [], call.Cancellation).ConfigureAwait(false);
            }

            var served = Served ?? throw Refusals.NoSuchPath();
            if (served.IsNamespaced && key.Namespace.Length == 0) { throw Refusals.MethodNotAllowed(); }
            var value = Owned(served, resource);
            if (!served.IsNamespaced) { value.Metadata.NamespaceProperty = null; }
            var result = await server.Writer.CreateAsync(served, Write(call, string.Empty), value, call.Cancellation).ConfigureAwait(false);
            return Typed(served, result.Object);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<T> UpdateAsync(T resource, CancellationToken cancellationToken) => PutAsync(resource, string.Empty, cancellationToken);

    /// <inheritdoc />
    public Task<T> UpdateStatusAsync(T resource, CancellationToken cancellationToken) => PutAsync(resource, "status", cancellationToken);

    /// <inheritdoc />
    public Task<T> UpdateSubresourceAsync(T resource, string subresource, CancellationToken cancellationToken) => PutAsync(resource, subresource, cancellationToken);

    /// <inheritdoc />
    public Task<T> PatchAsync(ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return RunAsync("patch", key, patch.Subresource ?? string.Empty, (call, resource) => PatchAsync(call, resource, key, patch, call.Cancellation), cancellationToken);
    }

    /// <inheritdoc />
    public async Task DeleteAsync(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await RunAsync("delete", key, string.Empty, async (call, resource) =>
        {
            var delete = new DeleteCall
            {
                GracePeriod = request.GracePeriod is { } grace ? DeleteCall.GraceOf((long)Math.Floor(grace.TotalSeconds)) : null,
                PropagationPolicy = request.PropagationPolicy,
                PreconditionUid = request.PreconditionUid,
                PreconditionResourceVersion = request.PreconditionResourceVersion,
            };
            await server.Writer.DeleteAsync(resource, Write(call, string.Empty), key, delete, call.Cancellation).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<TBody?> CreateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
        => RunAsync("create", key, subresource, async call =>
        {
            call.Sends(body);
            var handler = server.Creates.Find(_kind.Resource, subresource) ?? throw Refusals.NoSuchPath();
            if (handler.Description.BodyType != typeof(TBody)) { throw ApiErrors.BadRequest($"{_kind.Resource.Resource}/{subresource} takes a {handler.Description.Kind.Kind}, not a {typeof(TBody).Name}"); }
            return await server.Creates.RunAsync(handler, new CreateCall(user, key, ApiJson.DeepCopy(body), false), [], call.Cancellation).ConfigureAwait(false) as TBody;
        }, cancellationToken);

    /// <inheritdoc />
    public async Task<TBody> UpdateSubresourceAsync<TBody>(ObjectKey key, string subresource, TBody body, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
    {
        if (body is T whole)
        {
            CheckName(whole, key);
            return (TBody)(object)await PutAsync(whole, subresource, cancellationToken).ConfigureAwait(false);
        }

        return await RunAsync("update", key, subresource, async (call, resource) =>
        {
            call.Sends(body);
            if (subresource != "scale" || resource.Declaration.Scale is null || body is not V1Scale scale) { throw Refusals.NoSuchPath(); }
            var written = await server.Scale.WriteAsync(resource, Write(call, subresource), key, _ => ApiJson.DeepCopy(scale), call.Cancellation).ConfigureAwait(false);
            return (TBody)(object)written;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public Task<TBody> GetSubresourceAsync<TBody>(ObjectKey key, string subresource, CancellationToken cancellationToken)
        where TBody : class, IKubernetesObject
        => RunAsync("get", key, subresource, async (call, resource) =>
        {
            var isScale = subresource == "scale" && resource.Declaration.Scale is not null && typeof(TBody) == typeof(V1Scale);
            if (!isScale && !(subresource == "status" && resource.Declaration.HasStatus && typeof(TBody) == typeof(T))) { throw Refusals.NoSuchPath(); }
            var item = await server.Reader.GetAsync(resource, key, string.Empty, call.Cancellation).ConfigureAwait(false);
            return isScale ? (TBody)(object)ScaleEndpoint.ScaleOf(resource, item) : (TBody)(object)Typed(resource, item);
        }, cancellationToken);

    private async ValueTask<ResourceList<T>> ListAsync(InProcessCall call, ListRequest request, bool isOfOne)
    {
        var question = new WorkQuestion(call.Info)
        {
            Limit = request.Limit, IsSelected = request.FieldSelector.Length + request.LabelSelector.Length > 0, IsOfOne = isOfOne,
        };
        await server.Gate.EnterAsync(call, question, call.Cancellation).ConfigureAwait(false);
        var resource = Served ?? throw Refusals.NoSuchPath();
        var list = await server.Reader.ListAsync(resource, new ListCall(Selection.Parse(resource, request.Namespace, request.LabelSelector, request.FieldSelector))
        {
            ResourceVersion = request.ResourceVersion ?? string.Empty, Limit = request.Limit, Continue = request.Continue ?? string.Empty,
        }, call.Cancellation).ConfigureAwait(false);
        var items = new T[list.Items.Count];
        for (var index = 0; index < items.Length; index++) { items[index] = Typed(resource, list.Items[index]); }
        return new ResourceList<T>(items, Text(list.Revision), list.Continue);
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

    private async ValueTask<T> PatchAsync(InProcessCall call, ServedResource resource, ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
    {
        call.Sends(patch.Body);
        var write = Write(call, patch.Subresource ?? string.Empty) with { Manager = patch.FieldManager is { Length: > 0 } manager ? manager : _manager, IsApply = patch.Kind == PatchKind.Apply, IsPatch = true };
        if (write.IsApply) { return await ApplyAsync(resource, write, key, patch, cancellationToken).ConfigureAwait(false); }
        if (write.Subresource == "scale" && resource.Declaration.Scale is not null)
        {
            await server.Scale.WriteAsync(resource, write, key, scale => ScaleEndpoint.Patch(server.Patcher, scale, patch.Kind, patch.Body, FieldValidation.Ignore, write.Warnings), cancellationToken).ConfigureAwait(false);
            return Typed(resource, await server.Reader.GetAsync(resource, key, string.Empty, cancellationToken).ConfigureAwait(false));
        }

        var change = ObjectChanges.For(resource, write.Subresource, (current, _) =>
        {
            var patched = ObjectChanges.Patch(server.Patcher, resource, current, patch.Kind, patch.Body, FieldValidation.Ignore, write);
            CheckName(patched, key);
            return new ValueTask<IKubernetesObject<V1ObjectMeta>>(patched);
        });
        var result = await server.Writer.UpdateAsync(resource, write, key, change, cancellationToken).ConfigureAwait(false);
        return Typed(resource, result.Object);
    }

    private async ValueTask<T> ApplyAsync(ServedResource resource, WriteCall call, ObjectKey key, ResourcePatch patch, CancellationToken cancellationToken)
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

    private Task<T> PutAsync(T resource, string subresource, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(resource);
        var key = resource.Key();
        return RunAsync("update", key, subresource, async (call, served) =>
        {
            call.Sends(resource);
            if (key.Name.Length == 0) { throw ApiErrors.BadRequest("the name of the object ( based on URL) was undeterminable: name must be provided"); }
            var change = ObjectChanges.For(served, subresource, (_, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Owned(served, resource)), () => Owned(served, resource)).Only(resource.Metadata?.Uid);
            var result = await server.Writer.UpdateAsync(served, Write(call, subresource), key, change, call.Cancellation).ConfigureAwait(false);
            return Typed(served, result.Object);
        }, cancellationToken);
    }

    private WriteCall Write(InProcessCall call, string subresource)
        => new(user) { Manager = _manager, Subresource = subresource, AuditAnnotations = call.Audit?.Annotations };

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

    private async ValueTask<(ServedResource Resource, Selection Selection, CacheWatch Watch, CacheSnapshot? Initial)> JoinAsync(InProcessCall call, WatchRequest request, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await server.Gate.EnterAsync(call, new WorkQuestion(call.Info), cancellationToken).ConfigureAwait(false);
            var resource = Served ?? throw Refusals.NoSuchPath();
            var selection = Selection.Parse(resource, request.Namespace, request.LabelSelector, request.FieldSelector);
            var after = ResourceVersions.Parse(request.ResourceVersion);
            if (string.IsNullOrEmpty(request.ResourceVersion)) { await server.Reader.CatchUpAsync(cancellationToken).ConfigureAwait(false); }
            CacheSnapshot? initial = null;
            var watch = after > 0 ? resource.Cache.WatchAfter(selection.Scope, after) : resource.Cache.WatchFromNow(selection.Scope, out initial);
            call.Begins(null);
            return (resource, selection, watch, initial);
        }
        catch (ApiException refusal) when (call.Refuses(refusal)) { throw; }
        finally
        {
            // The reader may take its time with what there is; nothing is made for it meanwhile.
            call.LeaveSeats();
        }
    }

    private async IAsyncEnumerable<WatchEvent<T>> FollowAsync(
        ServedResource resource, Selection selection, CacheWatch watch, CacheSnapshot? initial, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
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

    private Task<TResult> RunAsync<TResult>(string verb, ObjectKey key, string subresource, Func<InProcessCall, ServedResource, ValueTask<TResult>> work, CancellationToken cancellationToken)
        => RunAsync(verb, key, subresource, call => work(call, Served ?? throw Refusals.NoSuchPath()), cancellationToken);

    private async Task<TResult> RunAsync<TResult>(string verb, ObjectKey key, string subresource, Func<InProcessCall, ValueTask<TResult>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var call = Begin(verb, key, subresource);
        using var deadline = server.Limit(call, cancellationToken);
        try
        {
            var result = await deadline.RunAsync(AnswerAsync(call, work)).ConfigureAwait(false);
            call.Begins(result);
            return result;
        }
        catch (OperationCanceledException) when (deadline.IsPast) { throw call.TookTooLong(); }
        catch (ApiException refusal) when (call.Refuses(refusal)) { throw; }
        finally { call.End(); }
    }

    private async ValueTask<TResult> AnswerAsync<TResult>(InProcessCall call, Func<InProcessCall, ValueTask<TResult>> work)
    {
        await server.Gate.EnterAsync(call, new WorkQuestion(call.Info), call.Cancellation).ConfigureAwait(false);
        return await work(call).ConfigureAwait(false);
    }

    private InProcessCall Begin(string verb, ObjectKey key, string subresource, string fields = "", string labels = "")
    {
        var isNamespace = _kind.Resource is { Resource: "namespaces", Group.Length: 0 };
        var info = new RequestInfo
        {
            Path = string.Empty, Verb = verb, IsResource = true, Group = _kind.Resource.Group, Version = _kind.Resource.Version, Resource = _kind.Resource.Resource,
            Subresource = subresource, Namespace = isNamespace ? string.Empty : key.Namespace, Name = verb is "list" or "watch" ? string.Empty : key.Name,
        };
        return server.Gate.Begin(user, info, new AuthorizationAttributes(user, verb)
        {
            Group = info.Group, Version = info.Version, Resource = info.Resource, Subresource = subresource, Name = key.Name,
            Namespace = isNamespace ? key.Name : key.Namespace, FieldSelector = fields, LabelSelector = labels,
        });
    }
}
