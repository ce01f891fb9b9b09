using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Networking;

/// <summary>The rules for references to objects of any kind.</summary>
internal static class ReferenceRules
{
    /// <summary>Group, kind and name.</summary>
    public static void Typed(string? group, string? kind, string? name, FieldPath path, FieldErrors errors)
    {
        if (group is not null) { NameRules.DnsSubdomain(group, false, path.Child("apiGroup"), errors); }
        Segment(kind, path.Child("kind"), errors);
        Segment(name, path.Child("name"), errors);
    }

    /// <summary>A part of a path that must be given.</summary>
    public static void Segment(string? text, FieldPath path, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) { errors.Required(path); }
        else { NameRules.PathSegment(text, false, path, errors); }
    }
}
