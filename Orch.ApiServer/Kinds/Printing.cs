using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.Resources;

namespace Orch.ApiServer.Kinds;

/// <summary>Cell texts that several kinds share.</summary>
internal static class Printing
{
    /// <summary>Stands where there is nothing.</summary>
    public const string None = "<none>";

    /// <summary>Stands where nothing is known.</summary>
    public const string Unknown = "<unknown>";

    /// <summary>Stands where a field that could be given is not.</summary>
    public const string Unset = "<unset>";

    /// <summary>A flag as words.</summary>
    public static string Flag(bool? flag) => flag switch { null => Unset, true => "True", false => "False" };

    /// <summary>Time since then, such as <c>5m</c>.</summary>
    public static string Since(DateTime? time, DateTimeOffset now)
        => time is { } at ? HumanDuration.Format(now - new DateTimeOffset(DateTime.SpecifyKind(at, DateTimeKind.Utc))) : Unknown;

    /// <summary><c>a=1,b=2</c> in order of keys.</summary>
    public static string Labels(IDictionary<string, string>? labels)
        => labels is not { Count: > 0 } ? None : string.Join(',', labels.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}"));

    /// <summary>A selector in the API's text form.</summary>
    /// <remarks>As apimachinery's <c>FormatLabelSelector</c>.</remarks>
    public static string Selector(V1LabelSelector? selector)
    {
        if (selector is null) { return None; }
        try { return LabelSelector.From(selector).ToString() is { Length: > 0 } text ? text : None; }
        catch (SelectorException) { return "<error>"; }
    }

    /// <summary>The names of a template's containers.</summary>
    public static string ContainerNames(V1PodTemplateSpec? template)
        => template?.Spec?.Containers is { } containers ? string.Join(',', containers.Select(static container => container.Name)) : string.Empty;

    /// <summary>The images of a template's containers.</summary>
    public static string ContainerImages(V1PodTemplateSpec? template)
        => template?.Spec?.Containers is { } containers ? string.Join(',', containers.Select(static container => container.Image)) : string.Empty;

    /// <summary>At most <paramref name="max"/> entries, then how many more there are.</summary>
    public static string Shortened(IReadOnlyList<string> items, int max)
        => items.Count <= max ? string.Join(',', items) : $"{string.Join(',', items.Take(max))} + {items.Count - max} more...";
}
