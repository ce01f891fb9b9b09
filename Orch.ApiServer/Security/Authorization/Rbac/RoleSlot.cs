namespace Orch.ApiServer.Security.Authorization.Rbac;

/// <summary>Where bindings find a role's rules: a change of the role changes the slot and no binding.</summary>
internal sealed class RoleSlot
{
    private CompiledRules? _rules;

    /// <summary>Null while there is no such role.</summary>
    public CompiledRules? Rules
    {
        get => Volatile.Read(ref _rules);
        set => Volatile.Write(ref _rules, value);
    }

    /// <summary>How many bindings name the role.</summary>
    public int Bindings { get; set; }

    /// <summary>Whether nothing needs the slot.</summary>
    public bool IsUnused => Bindings == 0 && Rules is null;
}
