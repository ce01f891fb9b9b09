using k8s;
using Orch.Serialization;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>Which mutating policies are to be evaluated again in the second round of one request.</summary>
internal sealed class PolicyRounds
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);
    private readonly HashSet<string> _due = new(StringComparer.Ordinal);
    private byte[]? _output;

    /// <summary>Whether some policy is to be evaluated again.</summary>
    public bool HasDue => _due.Count > 0;

    /// <summary>A policy that wants to be evaluated again had its turn.</summary>
    public void Done(string key) => _done.Add(key);

    /// <summary>The object changed: all that had their turn before are due.</summary>
    public void ObjectChanged()
    {
        _due.UnionWith(_done);
        _done.Clear();
    }

    /// <summary>Remembers how the object looked after the first round; costs nothing when nobody asks to see it again.</summary>
    public void End(IKubernetesObject? value)
    {
        if (_done.Count > 0 && value is not null) { _output = ApiJson.Serialize(value, value.GetType()); }
    }

    /// <summary>Begins the second round.</summary>
    public void BeginSecond(IKubernetesObject? value)
    {
        if (_output is not null && value is not null && !ApiJson.Serialize(value, value.GetType()).AsSpan().SequenceEqual(_output)) { ObjectChanged(); }
    }

    /// <summary>Whether the policy is to be evaluated again.</summary>
    public bool IsDue(string key) => _due.Contains(key);
}
