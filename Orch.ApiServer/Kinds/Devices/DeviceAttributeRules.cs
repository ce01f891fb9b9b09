using System.Text.RegularExpressions;
using k8s.Models;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Devices;

/// <summary>The rules for what is known of a device.</summary>
internal static partial class DeviceAttributeRules
{
    private const string OneValue = "exactly one value must be specified";

    /// <summary>Drops lists of values, of a feature that is off upstream.</summary>
    public static void DropLists(V1ResourceSliceSpec spec)
    {
        foreach (var device in spec.Devices ?? [])
        {
            foreach (var attribute in device.Attributes?.Values ?? []) { (attribute.Bools, attribute.Ints, attribute.Strings, attribute.Versions) = (null, null, null, null); }
        }
    }

    /// <summary>All attributes of a device.</summary>
    public static void Validate(V1Device device, FieldPath path, FieldErrors errors)
        => DeviceLists.Map(device.Attributes, int.MaxValue, DeviceLimits.KeyLength, path.Child("attributes"), errors,
            (key, at) => DeviceNameRules.Qualified(key, at, errors), (attribute, at) => Attribute(attribute, at, errors));

    private static void Attribute(V1DeviceAttribute attribute, FieldPath path, FieldErrors errors)
    {
        if (attribute.StringValue is { } text) { Length(text, path.Child("string"), errors); }
        if (attribute.Version is { } version) { Version(version, path.Child("version"), errors); }
        var values = ((object?[])[attribute.BoolValue, attribute.IntValue, attribute.StringValue, attribute.Version])
            .Count(static item => item is not null);
        if (values == 0) { errors.Invalid(path, string.Empty, OneValue); }
        else if (values > 1) { errors.Invalid(path, attribute, OneValue); }
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
