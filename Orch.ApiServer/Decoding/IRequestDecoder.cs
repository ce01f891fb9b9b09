using k8s;
using Orch.Resources;

namespace Orch.ApiServer.Decoding;

/// <summary>Turns a request's body into a typed object.</summary>
internal interface IRequestDecoder
{
    /// <summary>Decodes JSON or YAML; defaults are not applied.</summary>
    /// <exception cref="Client.ApiException">400, 415: malformed, of another kind or version, unknown or duplicate fields where they are refused.</exception>
    DecodedBody Decode(DecodeRequest request);
}

/// <summary>What to decode.</summary>
/// <param name="Body">As received; at most the body limit.</param>
/// <param name="ContentType">The header's value; empty means JSON.</param>
/// <param name="Kind">What the body must be; an absent <c>apiVersion</c> or <c>kind</c> is taken as this.</param>
/// <param name="ObjectType">The model type.</param>
/// <param name="FieldValidation">What to do about unknown and duplicate fields.</param>
internal readonly record struct DecodeRequest(
    ReadOnlyMemory<byte> Body, string ContentType, GroupVersionKind Kind, Type ObjectType, FieldValidation FieldValidation)
{
    /// <summary>Given, the body is an object of this custom resource.</summary>
    public CustomResourceDeclaration? Custom { get; init; }
}

/// <summary>What was decoded.</summary>
/// <param name="Value">Owned by the caller; <c>apiVersion</c> and <c>kind</c> are set.</param>
/// <param name="Warnings">For <c>Warning</c> headers; usually empty.</param>
internal readonly record struct DecodedBody(IKubernetesObject Value, IReadOnlyList<string> Warnings);

/// <summary>The request's <c>fieldValidation</c>.</summary>
internal enum FieldValidation
{
    /// <summary>The default: unknown and duplicate fields become warnings.</summary>
    Warn,

    /// <summary>They are dropped.</summary>
    Ignore,

    /// <summary>They are refused.</summary>
    Strict,
}
