using Orch.ApiServer.Decoding;
using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Patching;

/// <summary>Applies a patch to an object's JSON and decodes the outcome.</summary>
internal interface IPatcher
{
    /// <summary>The patched object, defaults not applied; the arguments stay as they are.</summary>
    /// <exception cref="Client.ApiException">400, 413, 415, 422 as upstream: malformed, it cannot be applied, or the outcome is no such object.</exception>
    DecodedBody Apply(PatchRequest request);
}

/// <summary>What to patch with what.</summary>
/// <param name="Kind">How the patch is read.</param>
/// <param name="Original">JSON of the object, resource version included.</param>
/// <param name="Patch">As received: JSON.</param>
/// <param name="ObjectKind">What the outcome must be.</param>
/// <param name="ObjectType">The model type, whose schema gives the merge keys.</param>
internal readonly record struct PatchRequest(
    PatchKind Kind, ReadOnlyMemory<byte> Original, ReadOnlyMemory<byte> Patch, GroupVersionKind ObjectKind, Type ObjectType)
{
    /// <summary>Given, the object is one of this custom resource.</summary>
    public CustomResourceDeclaration? Custom { get; init; }

    /// <summary>What to do about unknown and duplicate fields.</summary>
    public FieldValidation FieldValidation { get; init; }
}
