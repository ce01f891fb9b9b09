using System.Globalization;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;

namespace Orch.ApiServer.Apply;

/// <summary>Checks an object that is to be applied: only declared fields, of the right types, no item twice.</summary>
/// <remarks>As structured-merge-diff's <c>typed.AsTyped</c>.</remarks>
internal static class TreeValidation
{
    /// <summary>Collects what is wrong.</summary>
    public static TreeErrors Check(object? value, MergeType type)
    {
        var errors = new TreeErrors();
        Check(value, type, string.Empty, errors);
        return errors;
    }

    private static void Check(object? value, MergeType type, string path, TreeErrors errors)
    {
        switch (TreeItems.FormOf(type, value))
        {
            case TreeForm.Map when value is JsonMap map: CheckMap(map, type.Map!, path, errors); break;
            case TreeForm.List when value is JsonList list: CheckList(list, type.List!, path, errors); break;
            case TreeForm.Map when value is not null: errors.Add(path, $"expected map, got &{{{GoText.Show(value)}}}"); break;
            case TreeForm.List when value is not null: errors.Add(path, $"expected list, got &{{{GoText.Show(value)}}}"); break;
            case TreeForm.Scalar when value is not null && FaultOf(value, type.Scalar) is { } fault: errors.Add(path, fault); break;
        }
    }

    private static void CheckMap(JsonMap map, MergeMap type, string path, TreeErrors errors)
    {
        foreach (var (name, item) in map)
        {
            if (TreeItems.FieldOf(type, name) is not { } field)
            {
                errors.Add($"{path}.{name}", "field not declared in schema");
                return;
            }

            Check(item, field, $"{path}.{name}", errors);
        }
    }

    private static void CheckList(JsonList list, MergeList type, string path, TreeErrors errors)
    {
        var seen = new HashSet<byte[]>(ElementComparer.Instance);
        for (var index = 0; index < list.Count; index++)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"[{index}]");
            if (!type.IsAtomic)
            {
                var (element, fault) = TreeItems.ElementOf(type, list[index]);
                if (element is null)
                {
                    errors.Add(path, string.Create(CultureInfo.InvariantCulture, $"element {index}: {fault}"));
                    return;
                }

                place = PathElement.Text(element);
                if (!seen.Add(element)) { errors.Add(path, $"duplicate entries for key {place}"); }
            }

            Check(list[index], type.Element, path + place, errors);
        }
    }

    private static string? FaultOf(object value, ScalarKind wanted) => wanted switch
    {
        ScalarKind.String when value is not string => $"expected string, got &value.valueUnstructured{{Value:{Literal(value)}}}",
        ScalarKind.Number when value is not JsonNumber => $"expected numeric (int or float), got {TypeName(value)}",
        ScalarKind.Boolean when value is not bool => $"expected boolean, got &{{{GoText.Show(value)}}}",
        ScalarKind.Any when value is JsonMap or JsonList => $"expected any scalar, got &{{{GoText.Show(value)}}}",
        _ => null,
    };

    private static string TypeName(object value) => value switch
    {
        string => "string",
        bool => "bool",
        JsonList => "[]interface {}",
        _ => "map[string]interface {}",
    };

    private static string Literal(object value) => value switch
    {
        JsonMap map => $"map[string]interface {{}}{{{string.Join(", ", map.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"\"{pair.Key}\":{Inner(pair.Value)}"))}}}",
        JsonList list => $"[]interface {{}}{{{string.Join(", ", list.Select(Inner))}}}",
        _ => GoText.Show(value),
    };

    private static string Inner(object? value) => value switch
    {
        null => "interface {}(nil)",
        string text => Validation.GoText.Quote(text),
        _ => Literal(value),
    };
}
