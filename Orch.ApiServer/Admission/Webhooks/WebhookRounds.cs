using k8s;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Webhooks;

/// <summary>Which mutating webhooks are to be asked again in the second round of one request.</summary>
internal sealed class WebhookRounds
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _due = new(StringComparer.Ordinal);
    private byte[]? _output;

    /// <summary>A webhook that wants to be asked again had its turn.</summary>
    public void Asked(Webhook webhook) => _asked.Add(KeyOf(webhook));

    /// <summary>The object changed: all that had their turn before are due.</summary>
    public void ObjectChanged()
    {
        _due.UnionWith(_asked);
        _asked.Clear();
    }

    /// <summary>Remembers how the object looked after the first round; costs nothing when nobody asks to see it again.</summary>
    public void End(IKubernetesObject? value)
    {
        if (_asked.Count > 0 && value is not null) { _output = ApiJson.Serialize(value, value.GetType()); }
    }

    /// <summary>Begins the second round; false when nobody is due.</summary>
    /// <param name="value">The object now; plugins that ran again may have changed it.</param>
    public bool BeginSecond(IKubernetesObject? value)
    {
        if (_output is not null && value is not null && !ApiJson.Serialize(value, value.GetType()).AsSpan().SequenceEqual(_output)) { ObjectChanged(); }
        return _due.Count > 0;
    }

    /// <summary>Whether the webhook is to be asked again.</summary>
    public bool IsDue(Webhook webhook) => _due.Contains(KeyOf(webhook));

    private static string KeyOf(Webhook webhook) => $"{webhook.Definition.Configuration}/{webhook.Name}/{webhook.Index}";
}
