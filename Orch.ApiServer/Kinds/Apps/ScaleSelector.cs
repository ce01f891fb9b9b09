using k8s.Models;
using Orch.Resources;

namespace Orch.ApiServer.Kinds.Apps;

/// <summary>The pods' selector as a scale shows it.</summary>
internal static class ScaleSelector
{
    /// <summary>In the API's text form; empty when there is none.</summary>
    public static string Of(V1LabelSelector? selector) => selector is null ? string.Empty : LabelSelector.From(selector).ToString();
}
