using System.Text.Json;
using k8s;
using k8s.Models;
using Orch.ApiServer.Caching;
using Orch.ApiServer.CustomResources;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Errors;
using Orch.ApiServer.Json;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Apply;

/// <summary>Applies objects to what is stored: the object that a write then takes through admission and validation, with its managed fields.</summary>
internal sealed class ObjectApplier(ModelMergeTypes types, OtherForms forms, Applier applier, ObjectDecoder decoder, ModelSchemas schemas, TimeProvider time)
{
    /// <summary>Applies to a resource's object.</summary>
    /// <param name="current">Null where there is none.</param>
    /// <param name="manager">Not empty.</param>
    /// <returns>Owned by the caller.</returns>
    /// <exception cref="ApiException">400, 409, 500.</exception>
    public async ValueTask<IKubernetesObject<V1ObjectMeta>> ApplyAsync(
        ResourceDeclaration declaration, string subresource, CachedObject? current, ApplyPatch patch, string manager, bool force, CancellationToken cancellationToken)
    {
        var versions = new ServedVersions(declaration, types, forms);
        var old = current?.As(declaration).Value;
        var live = current is null ? [] : LiveOf(current, declaration);
        var request = RequestOf(declaration.Kind, subresource, manager, force, IgnoredFields.For(declaration, subresource));
        var outcome = await ApplyAsync(live, old?.Metadata.ManagedFields, patch.Object, declaration.Kind, request, versions, cancellationToken).ConfigureAwait(false);
        var value = outcome.Json is null && old is not null ? (IKubernetesObject<V1ObjectMeta>)ApiJson.DeepCopy(old) : Decode(outcome.Json ?? JsonTree.Write(patch.Object), declaration, patch.Object);
        value.Metadata ??= new V1ObjectMeta();
        value.Metadata.ManagedFields = outcome.Entries.Count == 0 ? null : outcome.Entries;
        if (manager == LastApplied.Manager && current is not null) { LastApplied.Renew(value.Metadata, patch.Object); }
        return value;
    }

    /// <summary>Applies to a tree that stands for a stored object, such as its scale.</summary>
    /// <exception cref="ApiException">400, 409, 500.</exception>
    public async ValueTask<ApplyOutcome> ApplyAsync(
        JsonMap live, IList<V1ManagedFieldsEntry>? entries, JsonMap applied, GroupVersionKind kind, ApplyRequest request, IApplyVersions versions, CancellationToken cancellationToken)
    {
        if (ManagedEntries.FaultOf(entries) is { } fault) { throw ApplyErrors.Failed($"failed to decode managed fields: {fault}"); }
        var type = versions.TypeOf(request.ApiVersion)!;
        Check(applied, kind, type);
        var managed = entries is null ? [] : entries as IReadOnlyList<V1ManagedFieldsEntry> ?? [.. entries];
        var outcome = await applier.ApplyAsync(live, managed, applied, request, versions, cancellationToken).ConfigureAwait(false);
        if (outcome.Conflicts.Count == 0) { return outcome; }

        // kubectl may take over what it applied itself from its side.
        var allowed = request.Manager == LastApplied.Manager ? LastApplied.Allowed(live, type, request.ApiVersion, IgnoredFields.Nothing) : FieldSet.Empty;
        var remaining = outcome.Conflicts.Select(conflict => (conflict.Owner, Paths: (IReadOnlyList<string>)[.. conflict.Fields.Except(allowed).Paths()]))
            .Where(static item => item.Paths.Count > 0).ToList();
        if (remaining.Count > 0) { throw ApplyErrors.Conflict(remaining); }
        return await applier.ApplyAsync(live, managed, applied, request with { Force = true }, versions, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A request of this moment.</summary>
    public ApplyRequest RequestOf(GroupVersionKind kind, string subresource, string manager, bool force, IgnoredFields ignored) => new(manager, kind.ApiVersion, subresource)
    {
        Force = force,
        Ignored = ignored,
        Now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime,
    };

    private static void Check(JsonMap applied, GroupVersionKind kind, MergeType type)
    {
        var version = applied.GetValueOrDefault("apiVersion") as string ?? string.Empty;
        var slash = version.IndexOf('/', StringComparison.Ordinal);
        var (group, rest) = slash < 0 ? (string.Empty, version) : (version[..slash], version[(slash + 1)..]);
        var shown = $"{group}/{rest}, Kind={applied.GetValueOrDefault("kind") as string}";
        if (version != kind.ApiVersion || applied.GetValueOrDefault("kind") as string != kind.Kind) { throw ApiErrors.BadRequest($"invalid object type: {shown}"); }
        var metadata = applied.GetValueOrDefault("metadata") as JsonMap;
        if (metadata?.GetValueOrDefault("managedFields") is not null) { throw ApiErrors.BadRequest("metadata.managedFields must be nil"); }
        var errors = TreeValidation.Check(applied, type);
        if (!errors.IsEmpty) { throw ApplyErrors.Failed($"failed to create typed patch object ({NameOf(metadata)}; {shown}): {errors}"); }
    }

    private static string NameOf(JsonMap? metadata) => $"{metadata?.GetValueOrDefault("namespace") as string}/{metadata?.GetValueOrDefault("name") as string}";

    private static JsonMap LiveOf(CachedObject current, ResourceDeclaration declaration)
    {
        using var output = new ByteBuffer();
        current.As(declaration).WriteTo(output);
        return (JsonMap)JsonTree.Read(ManagedFieldsText.Without(output.Written))!;
    }

    private IKubernetesObject<V1ObjectMeta> Decode(byte[] json, ResourceDeclaration declaration, JsonMap applied)
    {
        if (declaration is CustomResourceDeclaration custom)
        {
            var outcome = CustomObjectDecoder.Read(custom, json, isPatched: true, schemas);
            return outcome is { Fault: null, Value: { } read } ? read : throw Unconverted(custom, applied, outcome.Fault);
        }

        var (scan, body) = decoder.Scan(json, declaration.ObjectType);
        var fault = scan.SyntaxFault ?? scan.HeadFault ?? scan.Mismatch ?? scan.TypeFault;
        if (fault is null && decoder.Decode(body, declaration.ObjectType, scan) is IKubernetesObject<V1ObjectMeta> value)
        {
            value.ApiVersion = declaration.Kind.ApiVersion;
            value.Kind = declaration.Kind.Kind;
            return value;
        }

        throw Unconverted(declaration, applied, fault ?? scan.TypeFault);
    }

    private static ApiException Unconverted(ResourceDeclaration declaration, JsonMap applied, string? fault)
    {
        var kind = $"{declaration.Kind.Group}/{declaration.Kind.Version}, Kind={declaration.Kind.Kind}";
        return ApplyErrors.Failed($"failed to convert new object ({NameOf(applied.GetValueOrDefault("metadata") as JsonMap)}; {kind}) to proper version: unable to convert unstructured object to {kind}: {fault}");
    }
}
