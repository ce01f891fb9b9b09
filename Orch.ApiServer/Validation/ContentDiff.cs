using System.Collections;
using System.Text;
using System.Text.Json;
using Orch.Serialization;

namespace Orch.ApiServer.Validation;

/// <summary>Shows what differs between two model objects, for people.</summary>
internal static class ContentDiff
{
    private const int MaxLines = 20;
    /// <summary>A line with <c>-</c> for each old value and one with <c>+</c> for each new one.</summary>
    public static string Of(object now, object old)
    {
        var lines = new StringBuilder();
        var count = 0;
        Walk(now, old, string.Empty, lines, ref count);
        return lines.ToString();
    }

    private static void Walk(object? now, object? old, string path, StringBuilder lines, ref int count)
    {
        if (count >= MaxLines || ContentEquality.Same(now, old)) { return; }
        if (now is IList list && old is IList before && list.Count == before.Count && now is not byte[])
        {
            for (var index = 0; index < list.Count; index++) { Walk(list[index], before[index], $"{path}[{index}]", lines, ref count); }
            return;
        }

        var isModel = now is not null && old is not null && now.GetType() == old.GetType() && now is not (string or IEnumerable or k8s.Models.ResourceQuantity or k8s.Models.IntOrString)
            && now.GetType().Namespace == "k8s.Models";
        if (isModel)
        {
            foreach (var (field, one, other) in ContentEquality.Differences(now!, old!))
            {
                Walk(one, other, path.Length == 0 ? Name(field) : $"{path}.{Name(field)}", lines, ref count);
            }

            return;
        }

        count++;
        lines.Append("- ").Append(path).Append(": ").AppendLine(Show(old)).Append("+ ").Append(path).Append(": ").AppendLine(Show(now));
    }

    private static string Name(string property)
        => property.EndsWith("Property", StringComparison.Ordinal) ? Lower(property[..^8]) : Lower(property);

    private static string Lower(string text) => char.ToLowerInvariant(text[0]) + text[1..];

    private static string Show(object? value) => value switch
    {
        null => "<nil>",
        k8s.Models.ResourceQuantity or k8s.Models.IntOrString => GoText.Quote(value.ToString()!),
        _ => JsonSerializer.Serialize(value, ApiJson.Options),
    };
}
