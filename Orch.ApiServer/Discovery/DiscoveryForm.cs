using k8s.Models;
using Orch.ApiServer.Serving;

namespace Orch.ApiServer.Discovery;

/// <summary>What a client of discovery wants of all that it accepts.</summary>
/// <param name="Form">The encoding.</param>
/// <param name="Aggregated">The version of the aggregated document; null: the plain one.</param>
internal readonly record struct DiscoveryForm(AcceptedForm Form, string? Aggregated)
{
    /// <summary>The answer's content type.</summary>
    public string ContentType => Aggregated is null ? Form.ContentType : $"{Form.ContentType};g=apidiscovery.k8s.io;v={Aggregated};as=APIGroupDiscoveryList";

    /// <summary>Chooses.</summary>
    /// <exception cref="Client.ApiException">406: nothing acceptable.</exception>
    public static DiscoveryForm Choose(string path, string accept)
    {
        // The list of paths is JSON whatever is asked for.
        if (path == "/" || accept.Length == 0) { return default; }
        if (path is "/api" or "/apis" && accept.Contains("as=", StringComparison.Ordinal))
        {
            foreach (var clause in AcceptClause.Parse(accept))
            {
                if (Read(clause) is not { } form) { continue; }
                if (form.Aggregated is null) { break; }
                return form;
            }
        }

        return new DiscoveryForm(AcceptedForm.Choose(accept, convertible: false, typeof(V1Status)), null);
    }

    // Null: nothing that is made here.
    private static DiscoveryForm? Read(AcceptClause clause)
    {
        var isProtobuf = clause.Type == AcceptedForm.ProtobufType;
        var isYaml = clause.Type == "application/yaml";
        if (!isProtobuf && !isYaml && clause.Type is not ("application/json" or "*/*" or "application/*")) { return null; }
        string kind = string.Empty, group = string.Empty, version = string.Empty;
        var isConverted = false;
        foreach (var (name, value) in clause.Parameters)
        {
            switch (name)
            {
                case "as": (kind, isConverted) = (value, true); break;
                case "g": (group, isConverted) = (value, true); break;
                case "v": (version, isConverted) = (value, true); break;
                case "stream" when value.Length > 0 && (isYaml || value != "watch"): return null;
                case "sv" when value.Length > 0: return null;
                default: break;
            }
        }

        var form = new AcceptedForm(ObjectForm.Whole, isYaml) { IsProtobuf = isProtobuf };
        if (!isConverted) { return new DiscoveryForm(form, null); }
        return (kind, group) is ("APIGroupDiscoveryList", "apidiscovery.k8s.io") && version is "v2" or "v2beta1" ? new DiscoveryForm(form, version) : null;
    }
}
