namespace Orch.Cel;

/// <summary>Finds the types that an expression names, as in <c>Object.spec{replicas: 3}</c>.</summary>
public interface ICelTypeProvider
{
    /// <summary>The type of this full name, or null.</summary>
    CelType? FindType(string name);
}
