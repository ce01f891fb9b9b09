using Orch.ApiServer.Errors;
using Orch.ApiServer.Validation;
using Orch.Resources;

namespace Orch.ApiServer.Registry;

/// <summary>What to list.</summary>
/// <param name="Selection">Which objects.</param>
internal sealed record ListCall(Selection Selection)
{
    private static readonly GroupVersionKind Kind = new("meta.k8s.io", "v1", "ListOptions");

    /// <summary>Empty: the newest.</summary>
    public string ResourceVersion { get; init; } = string.Empty;

    /// <summary><c>Exact</c>, <c>NotOlderThan</c> or empty.</summary>
    public string ResourceVersionMatch { get; init; } = string.Empty;

    /// <summary>Page size; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>Where the last page ended; empty for the first.</summary>
    public string Continue { get; init; } = string.Empty;

    /// <summary>Whether <c>sendInitialEvents</c> was given, which belongs to watches alone.</summary>
    public bool AsksForInitialEvents { get; init; }

    /// <summary>Refuses contradictions.</summary>
    /// <remarks>As in apimachinery's <c>ValidateListOptions</c>, then as in apiserver's storage.</remarks>
    /// <exception cref="Client.ApiException">422, 400.</exception>
    public void Check()
    {
        if (ResourceVersionMatch.Length > 0 || AsksForInitialEvents) { CheckMatch(); }
        if (Continue.Length > 0 && ResourceVersion is not ("" or "0"))
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }
    }

    private void CheckMatch()
    {
        var errors = new FieldErrors();
        var path = FieldPath.Of("resourceVersionMatch");
        if (ResourceVersionMatch.Length > 0)
        {
            if (ResourceVersion.Length == 0) { errors.Forbidden(path, "resourceVersionMatch is forbidden unless resourceVersion is provided"); }
            if (Continue.Length > 0) { errors.Forbidden(path, "resourceVersionMatch is forbidden when continue is provided"); }
            if (ResourceVersionMatch is not ("Exact" or "NotOlderThan")) { errors.NotSupported(path, ResourceVersionMatch, "Exact", "NotOlderThan", ""); }
            if (ResourceVersionMatch == "Exact" && ResourceVersion == "0") { errors.Forbidden(path, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""); }
        }

        if (AsksForInitialEvents) { errors.Forbidden(FieldPath.Of("sendInitialEvents"), "sendInitialEvents is forbidden for list"); }
        if (errors.Count > 0) { throw ApiErrors.Invalid(Kind, string.Empty, errors); }
    }
}
