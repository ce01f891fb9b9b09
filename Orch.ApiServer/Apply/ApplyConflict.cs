using k8s.Models;

namespace Orch.ApiServer.Apply;

/// <summary>Fields that an apply would change and that another manager owns.</summary>
/// <param name="Owner">The other manager's entry.</param>
/// <param name="Fields">Not empty.</param>
internal readonly record struct ApplyConflict(V1ManagedFieldsEntry Owner, FieldSet Fields);
