using System.Text.RegularExpressions;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what is known of a device.</summary>
internal static partial class DeviceAttributeRules
{
    private const string OneValue = "exactly one value must be specified";

    /// <summary>Whether some attribute has a list of values.</summary>
    public static bool HasLists(V1Device device)
        => device.Attributes?.Values.Any(static item => item.Bools is not null || item.Ints is not null || item.Strings is not null || item.Versions is not null) == true;

    /// <summary>All attributes of a device.</summary>
    public static void Validate(V1Device device, FieldPath path, FieldErrors errors)
    {
        var count = device.Attributes?.Values.Sum(static item => Math.Max(1, (item.Bools?.Count ?? 0) + (item.Ints?.Count ?? 0) + (item.Strings?.Count ?? 0) + (item.Versions?.Count ?? 0))) ?? 0;
        if (count > DeviceLimits.AttributeValues) { errors.Invalid(path, count, $"the total number of attribute values must not exceed {DeviceLimits.AttributeValues}"); }
        DeviceLists.Map(device.Attributes, int.MaxValue, DeviceLimits.KeyLength, path.Child("attributes"), errors,
            (key, at) => DeviceNameRules.Qualified(key, at, errors), (attribute, at) => Attribute(attribute, at, errors));
    }

    private static void Attribute(V1DeviceAttribute attribute, FieldPath path, FieldErrors errors)
    {
        if (attribute.StringValue is { } text) { Length(text, path.Child("string"), errors); }
        if (attribute.Version is { } version) { Version(version, path.Child("version"), errors); }
        NotEmpty(attribute.Bools, path.Child("bools"), errors);
        NotEmpty(attribute.Ints, path.Child("ints"), errors);
        NotEmpty(attribute.Strings, path.Child("strings"), errors);
        for (var index = 0; index < (attribute.Strings?.Count ?? 0); index++) { Length(attribute.Strings![index] ?? string.Empty, path.Child("strings").Index(index), errors); }
        NotEmpty(attribute.Versions, path.Child("versions"), errors);
        for (var index = 0; index < (attribute.Versions?.Count ?? 0); index++) { Version(attribute.Versions![index] ?? string.Empty, path.Child("versions").Index(index), errors); }
        var values = ((object?[])[attribute.BoolValue, attribute.IntValue, attribute.StringValue, attribute.Version, attribute.Bools, attribute.Ints, attribute.Strings, attribute.Versions])
            .Count(static item => item is not null);
        if (values == 0) { errors.Invalid(path, string.Empty, OneValue); }
        else if (values > 1) { errors.Invalid(path, attribute, OneValue); }
    }

    private static void NotEmpty<T>(IList<T>? values, FieldPath path, FieldErrors errors)
    {
        if (values is { Count: 0 }) { errors.Invalid(path, values, "must not be empty if specified"); }
    }

    private static void Length(string text, FieldPath path, FieldErrors errors)
    {
        if (TextRules.ByteLength(text) > DeviceLimits.AttributeBytes) { errors.TooLong(path, DeviceLimits.AttributeBytes); }
    }

    private static void Version(string text, FieldPath path, FieldErrors errors)
    {
        if (!SemanticVersion().IsMatch(text)) { errors.Invalid(path, text, "must be a string compatible with semver.org spec 2.0.0"); }
        Length(text, path, errors);
    }

    // No backtracking: the text is a client's.
    [GeneratedRegex("^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\\+[0-9a-zA-Z-]+(\\.[0-9a-zA-Z-]+)*)?\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex SemanticVersion();
}
