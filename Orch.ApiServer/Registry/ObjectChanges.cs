using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Serving;
using Orch.Client;
using Orch.Serialization;
using ByteBuffer = Orch.ApiServer.Apply.ByteBuffer;

namespace Orch.ApiServer.Registry;

/// <summary>What an update through each of an object's own subresources may change.</summary>
internal static class ObjectChanges
{
    /// <summary>The change that a subresource allows.</summary>
    /// <param name="make">The wanted object.</param>
    /// <param name="absent">Makes the object where a PUT may create it.</param>
    /// <exception cref="ApiException">404, 405: there is no such subresource to write to.</exception>
    public static ObjectChange For(
        ServedResource resource, string subresource, Func<CachedObject, CancellationToken, ValueTask<IKubernetesObject<V1ObjectMeta>>> make,
        Func<IKubernetesObject<V1ObjectMeta>>? absent = null)
    {
        switch (subresource)
        {
            case "": return ObjectChange.Whole(make, resource.Declaration.AllowsCreateOnUpdate ? absent : null);
            case "status" when resource.Declaration.HasStatus: return ObjectChange.Status(make);
            case "finalize" when resource.Declaration.ObjectType == typeof(V1Namespace): return ObjectChange.Trusted(async (current, token) =>
            {
                var wanted = (V1Namespace)await make(current, token).ConfigureAwait(false);
                var value = ApiJson.DeepCopy((V1Namespace)current.Value);
                value.Metadata.ResourceVersion = wanted.Metadata.ResourceVersion;
                value.Spec ??= new V1NamespaceSpec();
                value.Spec.Finalizers = wanted.Spec?.Finalizers;
                return value;
            });
            default:
                if (!resource.Declaration.PartialUpdates.TryGetValue(subresource, out var part)) { throw Refusals.NoSuchPath(); }
                return new ObjectChange
                {
                    Make = make,
                    Prepare = (_, value, old) => part.Prepare(value, old),
                    Validate = (_, value, old, errors) => part.Validate(value, old, errors),
                };
        }
    }

    /// <summary>Applies a patch to what is there.</summary>
    /// <param name="write">Is told what the patch warns of and is about.</param>
    /// <exception cref="ApiException">It cannot be applied.</exception>
    public static IKubernetesObject<V1ObjectMeta> Patch(
        IPatcher patcher, ServedResource resource, CachedObject current, PatchKind kind, ReadOnlyMemory<byte> patch, FieldValidation validation, WriteCall write)
    {
        var shown = current.As(resource.Declaration);
        using var text = new ByteBuffer(shown.Length + ByteBuffer.Room);
        shown.WriteTo(text);
        var request = new PatchRequest(kind, text.WrittenMemory, patch, resource.Declaration.Kind, resource.Declaration.ObjectType) { FieldValidation = validation, Custom = resource.Declaration as CustomResourceDeclaration };
        write.Scope = null;
        if (PatchScope.TryApply(patcher, request, shown.Value, out var scope) is { } part)
        {
            write.Scope = scope.KeepsToItself ? scope : null;
            write.Warnings.AddRange(part.Warnings);
            return (IKubernetesObject<V1ObjectMeta>)part.Value;
        }

        // Managed fields are as large as the rest, and hardly any patch is about them.
        var isAboutFields = patch.Span.IndexOf("managedFields"u8) >= 0 || patch.Span.IndexOf("\\u"u8) >= 0;
        var whole = patcher.Apply(isAboutFields ? request : request with { Original = ManagedFieldsText.Without(text.Written) });
        write.Warnings.AddRange(whole.Warnings);
        var value = (IKubernetesObject<V1ObjectMeta>)whole.Value;
        if (!isAboutFields && value.Metadata is not null) { value.Metadata.ManagedFields = shown.Value.Metadata.ManagedFields; }
        return value;
    }
}
