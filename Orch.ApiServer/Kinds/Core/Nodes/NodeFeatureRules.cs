using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Kinds.Core.Nodes;

/// <summary>The rules for the features that a node says it has.</summary>
internal static class NodeFeatureRules
{
    private const int MaxLength = 253;

    /// <summary>Names of a form, in order, each once.</summary>
    public static void Validate(IList<string>? features, FieldPath path, FieldErrors errors)
    {
        for (var index = 0; index < (features?.Count ?? 0); index++)
        {
            var feature = features![index] ?? string.Empty;
            if (feature.Length > MaxLength) { errors.Invalid(path.Index(index), feature, $"invalid feature name {GoText.Quote(feature)}: must be no more than {MaxLength} characters"); }
            else if (!IsFeature(feature))
            {
                errors.Invalid(path.Index(index), feature,
                    $"invalid feature name {GoText.Quote(feature)}: must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes");
            }

            if (index + 1 == features.Count) { continue; }
            var order = string.CompareOrdinal(feature, features[index + 1]);
            if (order == 0) { errors.Duplicate(path.Index(index + 1), features[index + 1]); }
            else if (order > 0) { errors.Invalid(path.Index(index + 1), features[index + 1], "list must be sorted alphabetically"); }
        }
    }

    private static bool IsFeature(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetterUpper(text[0])) { return false; }
        foreach (var range in text.AsSpan().Split('/'))
        {
            var part = text.AsSpan(range);
            if (part.Length == 0) { return false; }
            foreach (var letter in part)
            {
                if (!char.IsAsciiLetterOrDigit(letter)) { return false; }
            }
        }

        return true;
    }
}
