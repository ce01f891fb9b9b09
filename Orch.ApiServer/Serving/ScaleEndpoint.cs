using System.Globalization;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Kinds.Autoscaling;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Serving;

/// <summary>The <c>autoscaling/v1 Scale</c> of kinds that have replicas.</summary>
internal sealed class ScaleEndpoint(ObjectReader reader, ObjectWriter writer, IRequestDecoder decoder, IPatcher patcher, ScaleApplier applier, ServingLimits limits, Answer answer, TimeProvider time)
{
    private static readonly GroupVersionKind Kind = new("autoscaling", "v1", "Scale");
    private static readonly ScaleDeclaration Declaration = new();

    // For tables and metadata; of the cache nothing is used but its prefix.
    private readonly ServedResource _shown = Shown(Declaration, time);
    private readonly ServedResource _shownOfCustom = Shown(new CustomScaleDeclaration(), time);

    /// <summary>Answers one request.</summary>
    public async ValueTask HandleAsync(ApiRequest request, ServedResource resource)
    {
        var form = AcceptedForm.Choose(request.Accept, convertible: true, typeof(V1Scale));
        if (request.Info.Verb == "get")
        {
            var item = await reader.GetAsync(resource, request.Info.Key, QueryOptions.Text(request.Query, "resourceVersion"), request.Cancellation).ConfigureAwait(false);
            await AnswerAsync(request, resource, ScaleOf(resource, item), form).ConfigureAwait(false);
            return;
        }

        if (request.Info.Verb is not ("update" or "patch")) { throw Refusals.MethodNotAllowed(); }
        var isPatch = request.Info.Verb == "patch";
        var optionsKind = isPatch ? "PatchOptions" : "UpdateOptions";
        var isApply = isPatch && ApplyEndpoint.IsApply(request.Http.Request.ContentType);
        WriteOptions.Check(request.Query, optionsKind, isApply);
        var isDryRun = QueryOptions.DryRun(request.Query, optionsKind);
        var validation = QueryOptions.FieldValidation(request.Query, optionsKind);
        if (isApply)
        {
            using var applied = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
            var patch = ApplyPatch.Read(applied.Bytes);
            var scale = await ApplyAsync(resource, request.Write(isDryRun) with { IsApply = true }, request.Info.Key, patch, QueryOptions.Flag(request.Query, "force"), validation, request.Cancellation).ConfigureAwait(false);
            await AnswerAsync(request, resource, scale, form).ConfigureAwait(false);
            return;
        }

        var patchKind = isPatch ? ResourceEndpoint.PatchKindOf(request.Http.Request.ContentType ?? string.Empty) : PatchKind.Json;
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var bytes = body.Bytes;
        var contentType = request.Http.Request.ContentType ?? string.Empty;
        var write = request.Write(isDryRun);
        var wanted = isPatch ? null : Taken(decoder.Decode(new DecodeRequest(bytes, contentType, Kind, typeof(V1Scale), validation)), write.Warnings);
        if (wanted is not null) { Check(wanted, request.Info.Key); }
        var result = await WriteAsync(
            resource, write, request.Info.Key,
            scale =>
            {
                if (wanted is not null) { return wanted; }
                var patched = Patch(patcher, scale, patchKind, bytes, validation, write.Warnings);
                Check(patched, request.Info.Key);
                return patched;
            },
            request.Cancellation, wanted?.Metadata.Uid).ConfigureAwait(false);
        await AnswerAsync(request, resource, result, form).ConfigureAwait(false);
    }

    private static ServedResource Shown(ResourceDeclaration declaration, TimeProvider time)
        => new(declaration, declaration, new ResourceCache(declaration.StoragePrefix, declaration, new CacheLimits(), time));

    private async ValueTask AnswerAsync(ApiRequest request, ServedResource resource, V1Scale scale, AcceptedForm form)
    {
        if (form.Form == ObjectForm.Whole) { await Answer.ModelAsync(request, StatusCodes.Status200OK, scale, form).ConfigureAwait(false); return; }
        var revision = long.Parse(scale.Metadata.ResourceVersion, CultureInfo.InvariantCulture);
        scale.Metadata.ResourceVersion = null;
        var shown = resource.Declaration is CustomResourceDeclaration ? _shownOfCustom : _shown;
        var item = new CachedObject(shown.KeyOf(new ObjectKey(scale.Metadata.NamespaceProperty ?? string.Empty, scale.Metadata.Name)), ApiJson.Serialize(scale), revision, shown.Declaration);
        await answer.ObjectAsync(request, StatusCodes.Status200OK, shown, item, form).ConfigureAwait(false);
    }

    /// <summary>Applies a patch to a scale.</summary>
    /// <exception cref="ApiException">It cannot be applied.</exception>
    public static V1Scale Patch(IPatcher patcher, V1Scale scale, PatchKind kind, ReadOnlyMemory<byte> patch, FieldValidation validation, List<string> warnings)
        => Taken(patcher.Apply(new PatchRequest(kind, ApiJson.Serialize(scale), patch, Kind, typeof(V1Scale)) { FieldValidation = validation }), warnings);

    private static void Check(V1Scale scale, ObjectKey key)
    {
        var metadata = scale.Metadata ??= new V1ObjectMeta();
        if (string.IsNullOrEmpty(metadata.NamespaceProperty) || key.Namespace.Length == 0) { metadata.NamespaceProperty = key.Namespace; }
        if (metadata.NamespaceProperty != key.Namespace) { throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request"); }
        if (string.IsNullOrEmpty(metadata.Name)) { throw ApiErrors.BadRequest($"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided"); }
        if (metadata.Name != key.Name) { throw ApiErrors.BadRequest($"the name of the object ({metadata.Name}) does not match the name on the URL ({key.Name})"); }
    }

    private static V1Scale Taken(DecodedBody body, List<string> warnings)
    {
        warnings.AddRange(body.Warnings);
        return (V1Scale)body.Value;
    }

    /// <summary>Changes the wanted replicas.</summary>
    /// <param name="make">The wanted scale, from the present one.</param>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<V1Scale> WriteAsync(
        ServedResource resource, WriteCall call, ObjectKey key, Func<V1Scale, V1Scale> make, CancellationToken cancellationToken, string? uid = null)
    {
        var change = new ObjectChange
        {
            Make = (current, _) => new ValueTask<IKubernetesObject<V1ObjectMeta>>(Apply(resource, current, make)),
            View = ViewOf(resource),
        };
        var result = await writer.UpdateAsync(resource, call, key, change.Only(uid), cancellationToken).ConfigureAwait(false);
        return ScaleOf(resource, result.Object);
    }

    /// <summary>Applies a scale.</summary>
    /// <param name="call">With a manager; of an apply.</param>
    /// <exception cref="ApiException">Refused.</exception>
    public async ValueTask<V1Scale> ApplyAsync(
        ServedResource resource, WriteCall call, ObjectKey key, ApplyPatch patch, bool force, FieldValidation validation, CancellationToken cancellationToken)
    {
        var change = new ObjectChange
        {
            Make = async (current, token) =>
            {
                var (scale, entries) = await applier.ApplyAsync(resource, current, patch, call.Manager!, force, token).ConfigureAwait(false);
                patch.Judge(validation, call.Warnings);
                var value = With(resource, current, scale);
                value.Metadata.ManagedFields = entries;
                return value;
            },
            View = ViewOf(resource),
        };
        var result = await writer.UpdateAsync(resource, call, key, change, cancellationToken).ConfigureAwait(false);
        return ScaleOf(resource, result.Object);
    }

    private static AdmissionView ViewOf(ServedResource resource) => new(
        Kind, value => ScaleOf(resource, value, value.Metadata.ResourceVersion),
        (value, scale) => resource.Declaration.Scale!.SetSpecReplicas(value, ((V1Scale)scale).Spec?.Replicas ?? 0));

    private static IKubernetesObject<V1ObjectMeta> Apply(ServedResource resource, CachedObject current, Func<V1Scale, V1Scale> make)
        => With(resource, current, make(ScaleOf(resource, current)));

    private static IKubernetesObject<V1ObjectMeta> With(ServedResource resource, CachedObject current, V1Scale scale)
    {
        var replicas = scale.Spec?.Replicas ?? 0;
        var errors = new FieldErrors();
        if (replicas < 0) { errors.Invalid(FieldPath.Of("spec").Child("replicas"), replicas, "must be greater than or equal to 0"); }
        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, scale.Metadata?.Name ?? string.Empty, errors); }
        var value = ApiJson.DeepCopy(current.As(resource.Declaration).Value);
        var version = scale.Metadata?.ResourceVersion;
        value.Metadata.ResourceVersion = string.IsNullOrEmpty(version) ? current.Revision.ToString(CultureInfo.InvariantCulture) : version;
        resource.Declaration.Scale!.SetSpecReplicas(value, replicas);
        return value;
    }

    /// <summary>The scale that an object shows.</summary>
    public static V1Scale ScaleOf(ServedResource resource, CachedObject item)
        => ScaleOf(resource, item.As(resource.Declaration).Value, item.Revision.ToString(CultureInfo.InvariantCulture));

    private static V1Scale ScaleOf(ServedResource resource, IKubernetesObject<V1ObjectMeta> value, string? resourceVersion)
    {
        var mapping = resource.Declaration.Scale!;
        return new V1Scale
        {
            ApiVersion = Kind.ApiVersion,
            Kind = Kind.Kind,
            Metadata = new V1ObjectMeta
            {
                Name = value.Metadata.Name,
                NamespaceProperty = value.Metadata.NamespaceProperty,
                Uid = value.Metadata.Uid,
                ResourceVersion = resourceVersion,
                CreationTimestamp = value.Metadata.CreationTimestamp,
            },
            Spec = new V1ScaleSpec { Replicas = mapping.SpecReplicas(value) },
            Status = new V1ScaleStatus { Replicas = mapping.StatusReplicas(value), Selector = mapping.Selector(value) is { Length: > 0 } selector ? selector : null },
        };
    }
}
