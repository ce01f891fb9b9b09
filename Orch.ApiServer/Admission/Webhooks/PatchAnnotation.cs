using System.Text;
using Orch.ApiServer.Json;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>The note of what a mutating webhook changed; it has parts of the object, so that only those see it who see the request's body.</summary>
internal static class PatchAnnotation
{
    /// <summary>What its keys begin with.</summary>
    public const string Prefix = "patch.webhook.admission.k8s.io/";

    /// <summary>The note.</summary>
    /// <param name="operations">The patch.</param>
    public static string Of(Webhook webhook, JsonList operations)
    {
        var note = new JsonMap
        {
            ["configuration"] = webhook.Definition.Configuration,
            ["webhook"] = webhook.Name,
            ["patch"] = Sorted(operations),
            ["patchType"] = "JSONPatch",
        };
        return Encoding.UTF8.GetString(JsonTree.Write(note));
    }

    private static JsonList Sorted(JsonList operations)
    {
        var sorted = new JsonList();
        foreach (var operation in operations.OfType<JsonMap>())
        {
            var copy = new JsonMap();
            foreach (var (key, value) in operation.OrderBy(static member => member.Key, StringComparer.Ordinal)) { copy[key] = value; }
            sorted.Add(copy);
        }

        return sorted;
    }
}
