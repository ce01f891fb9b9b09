using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>Server-side apply of objects and their subresources.</summary>
internal sealed class ApplyEndpoint(ObjectApplier applier, ObjectWriter writer, AuthorizationChain authorization, Answer answer, ServingLimits limits)
{
    /// <summary>The content type of an apply.</summary>
    public const string ContentType = "application/apply-patch+yaml";

    /// <summary>Whether a request's body is to be applied.</summary>
    public static bool IsApply(string? contentType)
        => contentType is not null && contentType.StartsWith(ContentType, StringComparison.Ordinal) && RequestDecoder.MediaTypeOf(contentType) == ContentType;

    /// <summary>Answers one request.</summary>
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, resource.Declaration.ObjectType);
        WriteOptions.Check(request.Query, "PatchOptions", isApply: true);
        var isDryRun = QueryOptions.DryRun(request.Query, "PatchOptions");
        var validation = QueryOptions.FieldValidation(request.Query, "PatchOptions");
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var patch = ApplyPatch.Read(body.Bytes);
        var call = request.Write(isDryRun) with { IsApply = true, IsPatch = true };
        var result = await WriteAsync(resource, call, request.Info.Key, patch, QueryOptions.Flag(request.Query, "force"), validation, request.Cancellation).ConfigureAwait(false);
        var status = result.Outcome == WriteOutcome.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        await answer.ObjectAsync(request, status, resource, result.Object, form).ConfigureAwait(false);
    }

    /// <summary>Applies to an object, or creates it.</summary>
    /// <param name="call">With a manager; of an apply.</param>
    /// <exception cref="ApiException">Refused.</exception>
    public ValueTask<WriteResult> WriteAsync(
        ServedResource resource, WriteCall call, ObjectKey key, ApplyPatch patch, bool force, FieldValidation validation, CancellationToken cancellationToken)
    {
        var change = ObjectChanges.For(resource, call.Subresource, async (current, token) =>
        {
            var value = await applier.ApplyAsync(resource.Declaration, call.Subresource, current, patch, call.Manager!, force, token).ConfigureAwait(false);
            patch.Judge(validation, call.Warnings);
            CheckUrl(resource, key, value);
            return value;
        });
        if (call.Subresource.Length == 0) { change = change.OrCreate(token => CreateAsync(resource, call, key, patch, force, validation, token)); }
        return writer.UpdateAsync(resource, call, key, change, cancellationToken);
    }

    private async ValueTask<IKubernetesObject<V1ObjectMeta>> CreateAsync(
        ServedResource resource, WriteCall call, ObjectKey key, ApplyPatch patch, bool force, FieldValidation validation, CancellationToken cancellationToken)
    {
        var attributes = new AuthorizationAttributes(call.User, "create")
        {
            Group = resource.Resource.Group, Version = resource.Resource.Version, Resource = resource.Resource.Resource, Name = key.Name,
            Namespace = resource.Resource is { Resource: "namespaces", Group.Length: 0 } ? key.Name : key.Namespace,
        };
        await authorization.RequireAsync(attributes, cancellationToken).ConfigureAwait(false);
        var value = await applier.ApplyAsync(resource.Declaration, string.Empty, null, patch, call.Manager!, force, cancellationToken).ConfigureAwait(false);
        patch.Judge(validation, call.Warnings);
        if (!string.IsNullOrEmpty(value.Metadata.Uid))
        {
            throw ApiErrors.Conflict(resource.Resource, key.Name, $"uid mismatch: the provided object specified uid {value.Metadata.Uid}, and no existing object was found");
        }

        CheckUrl(resource, key, value);
        return value;
    }

    private static void CheckUrl(ServedResource resource, ObjectKey key, IKubernetesObject<V1ObjectMeta> value)
    {
        var metadata = value.Metadata;
        if (!resource.IsNamespaced) { metadata.NamespaceProperty = null; }
        else if (string.IsNullOrEmpty(metadata.NamespaceProperty)) { metadata.NamespaceProperty = key.Namespace; }
        else if (metadata.NamespaceProperty != key.Namespace) { throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request"); }
        if (string.IsNullOrEmpty(metadata.Name)) { throw ApiErrors.BadRequest($"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided"); }
        if (metadata.Name != key.Name) { throw ApiErrors.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({key.Name})"); }
    }
}
