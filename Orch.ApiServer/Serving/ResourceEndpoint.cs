using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Reviews;
using Orch.ApiServer.Subresources;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>The verbs of objects and of those subresources that are views of the object itself.</summary>
internal sealed class ResourceEndpoint(
    ObjectReader reader, ObjectWriter writer, CollectionDeleter collections, IRequestDecoder decoder, IPatcher patcher,
    WatchStreamer watches, ApplyEndpoint applies, Answer answer, ServingLimits limits, AuthorizationDecider authorize)
{
    private static readonly GroupVersionKind DeleteOptionsKind = new("meta.k8s.io", "v1", "DeleteOptions");

    /// <summary>Answers one request.</summary>
    public ValueTask HandleAsync(ApiRequest request, ServedResource resource) => request.Info.Verb switch
    {
        // Upstream has no routes for these methods on objects.
        _ when HttpMethods.IsHead(request.Http.Request.Method) || HttpMethods.IsOptions(request.Http.Request.Method) => throw Refusals.MethodNotAllowed(),
        "get" => GetAsync(request, resource),
        "list" => ListAsync(request, resource),
        "watch" => WatchAsync(request, resource),
        "create" when request.Info is { Name.Length: 0 } => CreateAsync(request, resource),
        "update" when request.Info is { Name.Length: > 0 } => UpdateAsync(request, resource),
        "patch" when request.Info is { Name.Length: > 0 } => PatchAsync(request, resource),
        "delete" when request.Info.Subresource.Length == 0 => DeleteAsync(request, resource),
        "deletecollection" when request.Info.Subresource.Length == 0 && resource.Declaration.Resource is not { Group.Length: 0, Resource: "namespaces" } => DeleteCollectionAsync(request, resource),
        _ => throw (resource.Declaration is CustomResourceDeclaration ? Refusals.MethodNotAllowed(request.Info) : Refusals.MethodNotAllowed()),
    };

    private static ListCall ListCallOf(ApiRequest request, ServedResource resource)
    {
        var query = request.Query;
        var limit = QueryOptions.Number(query, "limit");
        return new ListCall(SelectionOf(request, resource))
        {
            ResourceVersion = QueryOptions.Text(query, "resourceVersion"),
            ResourceVersionMatch = QueryOptions.Text(query, "resourceVersionMatch"),
            Limit = (int)Math.Clamp(limit, 0, int.MaxValue),
            Continue = QueryOptions.Text(query, "continue"),
            AsksForInitialEvents = query.ContainsKey("sendInitialEvents"),
        };
    }

    private static Selection SelectionOf(ApiRequest request, ServedResource resource)
    {
        var fields = QueryOptions.Text(request.Query, "fieldSelector");
        if (request.Info.Name.Length > 0) { fields = OfName(request.Info.Name, fields); }
        return Selection.Parse(resource, request.Info.Namespace, QueryOptions.Text(request.Query, "labelSelector"), fields);
    }

    // A watch of one name takes no other fields.
    private static string OfName(string name, string fields)
    {
        var wanted = "metadata.name=" + name;
        if (fields.Length == 0) { return wanted; }
        string? selected = null;
        try { selected = FieldSelector.Parse(fields).RequiredValue("metadata.name"); }
        catch (SelectorException exception) { throw ApiErrors.BadRequest(exception.Message); }
        return selected == name ? fields : throw ApiErrors.BadRequest("fieldSelector metadata.name doesn't match requested name");
    }

    /// <summary>How a patch of a content type is read.</summary>
    /// <exception cref="ApiException">415.</exception>
    public static PatchKind PatchKindOf(string contentType)
    {
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim() switch
        {
            "application/json-patch+json" => PatchKind.Json,
            "application/merge-patch+json" => PatchKind.Merge,
            "application/strategic-merge-patch+json" => PatchKind.StrategicMerge,
            _ => throw ApiErrors.UnsupportedMediaType(
                "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml"),
        };
    }

    private static void CheckUrl(ApiRequest request, ServedResource resource, IKubernetesObject<V1ObjectMeta> value)
    {
        CheckNamespace(request, resource, value);
        if (string.IsNullOrEmpty(value.Metadata.Name))
        {
            throw ApiErrors.BadRequest($"the name of the object ({request.Info.Name} based on URL) was undeterminable: name must be provided");
        }

        if (value.Metadata.Name != request.Info.Name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({value.Metadata.Name}) does not match the name on the URL ({request.Info.Name})");
        }
    }

    private static void CheckNamespace(ApiRequest request, ServedResource resource, IKubernetesObject<V1ObjectMeta> value)
    {
        value.Metadata ??= new V1ObjectMeta();
        var wanted = request.Info.Namespace;
        if (!resource.IsNamespaced) { value.Metadata.NamespaceProperty = null; return; }
        if (string.IsNullOrEmpty(value.Metadata.NamespaceProperty)) { value.Metadata.NamespaceProperty = wanted; }
        else if (value.Metadata.NamespaceProperty != wanted)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }
    }

    private async ValueTask GetAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        var version = string.Empty;
        if (request.Http.Request.QueryString.HasValue)
        {
            if (QueryOptions.Flag(request.Query, "export")) { throw ApiErrors.BadRequest("the export parameter, deprecated since v1.14, is no longer supported"); }
            version = QueryOptions.Text(request.Query, "resourceVersion");
        }

        var item = await reader.GetAsync(resource, request.Info.Key, version, request.Cancellation).ConfigureAwait(false);
        await answer.ObjectAsync(request, StatusCodes.Status200OK, resource, item, form).ConfigureAwait(false);
    }

    private async ValueTask ListAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        var call = ListCallOf(request, resource);
        var list = await reader.ListAsync(resource, call, request.Cancellation).ConfigureAwait(false);
        request.Warnings.AddRange(StoredObjects.WarningsFor(resource, call.Selection.Key ?? call.Selection.Prefix));
        await answer.ListAsync(request, resource, list, form).ConfigureAwait(false);
    }

    private ValueTask WatchAsync(ApiRequest request, ServedResource resource)
    {
        var options = WatchOptions.Read(request.Query);
        // A watch in place of a list has no tables.
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType, tables: options is not { SendsInitial: true, AllowsBookmarks: true });
        return watches.RunAsync(request, resource, SelectionOf(request, resource), form, options);
    }

    private async ValueTask CreateAsync(ApiRequest request, ServedResource resource)
    {
        if (resource.IsNamespaced && request.Info.Namespace.Length == 0) { throw Refusals.MethodNotAllowed(); }
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        WriteOptions.Check(request.Query, "CreateOptions");
        var isDryRun = QueryOptions.DryRun(request.Query, "CreateOptions");
        var validation = QueryOptions.FieldValidation(request.Query, "CreateOptions");
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var value = Decode(request, resource, body.Bytes, validation);
        CheckNamespace(request, resource, value);
        var result = await writer.CreateAsync(resource, request.Write(isDryRun), value, request.Cancellation).ConfigureAwait(false);
        await answer.ObjectAsync(request, StatusCodes.Status201Created, resource, result.Object, form).ConfigureAwait(false);
    }

    private async ValueTask UpdateAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        WriteOptions.Check(request.Query, "UpdateOptions");
        var isDryRun = QueryOptions.DryRun(request.Query, "UpdateOptions");
        var validation = QueryOptions.FieldValidation(request.Query, "UpdateOptions");
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var first = Decode(request, resource, body.Bytes, validation);
        CheckUrl(request, resource, first);

        var bytes = body.Bytes;
        IKubernetesObject<V1ObjectMeta>? unused = first;
        var change = ObjectChanges.For(resource, request.Info.Subresource, (_, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Next()), Next).Only(first.Metadata.Uid);
        var result = await writer.UpdateAsync(resource, request.Write(isDryRun), request.Info.Key, change, request.Cancellation).ConfigureAwait(false);
        var status = result.Outcome == WriteOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await answer.ObjectAsync(request, status, resource, result.Object, form).ConfigureAwait(false);

        // An attempt owns what it is given; another one needs it fresh.
        IKubernetesObject<V1ObjectMeta> Next()
        {
            if (unused is { } value) { unused = null; return value; }
            var again = (IKubernetesObject<V1ObjectMeta>)decoder.Decode(RequestOf(request, resource, bytes, FieldValidation.Ignore)).Value;
            CheckUrl(request, resource, again);
            return again;
        }
    }

    private async ValueTask PatchAsync(ApiRequest request, ServedResource resource)
    {
        if (ApplyEndpoint.IsApply(request.Http.Request.ContentType))
        {
            await applies.HandleAsync(request, resource).ConfigureAwait(false);
            return;
        }

        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        var kind = PatchKindOf(request.Http.Request.ContentType ?? string.Empty);
        WriteOptions.Check(request.Query, "PatchOptions");
        var isDryRun = QueryOptions.DryRun(request.Query, "PatchOptions");
        var validation = QueryOptions.FieldValidation(request.Query, "PatchOptions");
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var bytes = body.Bytes;
        var write = request.Write(isDryRun) with { IsPatch = true };
        var change = ObjectChanges.For(resource, request.Info.Subresource, (current, _) =>
        {
            var patched = ObjectChanges.Patch(patcher, resource, current, kind, bytes, validation, write);
            CheckUrl(request, resource, patched);
            return new ValueTask<IKubernetesObject<V1ObjectMeta>>(patched);
        });
        var result = await writer.UpdateAsync(resource, write, request.Info.Key, change, request.Cancellation).ConfigureAwait(false);
        await answer.ObjectAsync(request, StatusCodes.Status200OK, resource, result.Object, form).ConfigureAwait(false);
    }

    private async ValueTask DeleteAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        var (delete, isDryRun) = await DeleteCallOfAsync(request, resource).ConfigureAwait(false);
        if (delete.IgnoresReadErrors)
        {
            delete.Check(isDryRun);
            var attributes = new AuthorizationAttributes(request.User, UnsafeDeletion.Verb)
            {
                Group = resource.Resource.Group, Version = resource.Resource.Version, Resource = resource.Resource.Resource, Namespace = request.Info.Namespace, Name = request.Info.Name,
            };
            UnsafeDeletion.Require(await authorize(attributes, request.Cancellation).ConfigureAwait(false), resource.Resource, request.Info.Name);
            await writer.DeleteUnreadableAsync(resource, request.Info.Key, request.Cancellation).ConfigureAwait(false);
            await Answer.ModelAsync(request, StatusCodes.Status200OK, Refusals.Deleted(resource.Resource, request.Info.Name, null), form).ConfigureAwait(false);
            return;
        }

        var result = await writer.DeleteAsync(resource, request.Write(isDryRun), request.Info.Key, delete, request.Cancellation).ConfigureAwait(false);
        var returnsObject = result.Outcome == WriteOutcome.Deleting || DeletedAnswers.AreObjects(resource.Resource);
        var status = result.Outcome == WriteOutcome.Deleting && delete.OrphanDependents == false ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
        if (returnsObject)
        {
            await answer.ObjectAsync(request, status, resource, result.Object, form).ConfigureAwait(false);
            return;
        }

        await Answer.ModelAsync(request, status, Refusals.Deleted(resource.Resource, request.Info.Name, result.Object.Value.Metadata.Uid), form).ConfigureAwait(false);
    }

    private async ValueTask DeleteCollectionAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        var call = ListCallOf(request, resource);
        var (delete, isDryRun) = await DeleteCallOfAsync(request, resource).ConfigureAwait(false);
        if (delete.IgnoresReadErrors) { throw UnsafeDeletion.NotForCollections(); }
        var list = await collections.DeleteAsync(resource, request.Write(isDryRun), call, delete, request.Cancellation).ConfigureAwait(false);
        await answer.ListAsync(request, resource, list, form).ConfigureAwait(false);
    }

    private async ValueTask<(DeleteCall Call, bool IsDryRun)> DeleteCallOfAsync(ApiRequest request, ServedResource resource)
    {
        var result = await DeleteCallOfAsync(request).ConfigureAwait(false);
        if (resource.Declaration.DeletionWarning is { } warning && result.Call is { PropagationPolicy: null, OrphanDependents: null }) { request.Warnings.Add(warning); }
        return result;
    }

    private async ValueTask<(DeleteCall Call, bool IsDryRun)> DeleteCallOfAsync(ApiRequest request)
    {
        var hasBody = request.Http.Request.ContentLength is > 0 || (request.Http.Request.ContentLength is null && request.Http.Request.Headers.ContainsKey(HeaderNames.TransferEncoding))
            || (request.Http.Request.ContentLength is null && !HttpProtocol.IsHttp11(request.Http.Request.Protocol));
        if (hasBody)
        {
            using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
            if (body.Bytes.Length > 0)
            {
                // What the query says counts only where there is no body.
                return DeleteCallOf((V1DeleteOptions)decoder.Decode(new DecodeRequest(
                    body.Bytes, request.Http.Request.ContentType ?? string.Empty, DeleteOptionsKind, typeof(V1DeleteOptions), FieldValidation.Ignore)).Value);
            }
        }

        var query = request.Query;
        return DeleteCallOf(new V1DeleteOptions
        {
            DryRun = query.TryGetValue("dryRun", out var dryRun) ? dryRun.ToArray()! : null,
            GracePeriodSeconds = query.ContainsKey("gracePeriodSeconds") ? QueryOptions.Number(query, "gracePeriodSeconds") : null,
            OrphanDependents = query.ContainsKey("orphanDependents") ? QueryOptions.Flag(query, "orphanDependents") : null,
            PropagationPolicy = QueryOptions.Text(query, "propagationPolicy"),
            IgnoreStoreReadErrorWithClusterBreakingPotential = QueryOptions.Flag(query, UnsafeDeletion.Option),
        });
    }

    private static (DeleteCall Call, bool IsDryRun) DeleteCallOf(V1DeleteOptions options)
    {
        var isDryRun = options.DryRun is { Count: > 0 };
        if (isDryRun) { QueryOptions.CheckDryRun(options.DryRun!, "DeleteOptions"); }
        var call = new DeleteCall
        {
            IgnoresReadErrors = options.IgnoreStoreReadErrorWithClusterBreakingPotential == true,
            GracePeriod = options.GracePeriodSeconds is { } seconds ? DeleteCall.GraceOf(seconds) : null,
            PropagationPolicy = string.IsNullOrEmpty(options.PropagationPolicy) ? null : options.PropagationPolicy,
            OrphanDependents = options.OrphanDependents,
            PreconditionUid = options.Preconditions?.Uid,
            PreconditionResourceVersion = options.Preconditions?.ResourceVersion,
        };
        return (call, isDryRun);
    }

    private static DecodeRequest RequestOf(ApiRequest request, ServedResource resource, ReadOnlyMemory<byte> body, FieldValidation validation)
        => new(body, request.Http.Request.ContentType ?? string.Empty, resource.Declaration.Kind, resource.Declaration.ObjectType, validation) { Custom = resource.Declaration as CustomResourceDeclaration };

    private IKubernetesObject<V1ObjectMeta> Decode(ApiRequest request, ServedResource resource, ReadOnlyMemory<byte> body, FieldValidation validation)
    {
        var decoded = decoder.Decode(RequestOf(request, resource, body, validation));
        request.Warnings.AddRange(decoded.Warnings);
        return (IKubernetesObject<V1ObjectMeta>)decoded.Value;
    }
}
