using Orch.Cel;

namespace Orch.ApiServer.Admission.Policies;

/// <summary>One object that a policy is evaluated with.</summary>
/// <param name="Value">Null without parameters.</param>
/// <param name="Key">Tells it from the others of its binding.</param>
internal readonly record struct PolicyParam(CelValue Value, string Key);
