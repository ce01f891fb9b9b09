using System.Collections.Frozen;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Http;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Subresources;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Serving;

/// <summary>POSTs that are answered by a handler: reviews, tokens, bindings, evictions.</summary>
internal sealed class CreateEndpoint(IEnumerable<ICreateHandler> handlers, AdmissionChain admission, IRequestDecoder decoder, ServingLimits limits)
{
    private readonly FrozenDictionary<(GroupVersionResource, string), ICreateHandler> _handlers
        = handlers.ToFrozenDictionary(handler => (handler.Description.Resource, handler.Description.Subresource));

    /// <summary>All handlers.</summary>
    public IEnumerable<ICreateHandler> All => _handlers.Values;

    /// <summary>The handler, or null.</summary>
    public ICreateHandler? Find(RequestInfo info) => Find(info.GroupVersionResource, info.Subresource);

    /// <summary>The handler, or null.</summary>
    public ICreateHandler? Find(GroupVersionResource resource, string subresource) => _handlers.GetValueOrDefault((resource, subresource));

    /// <summary>Asks admission about the body, then the handler.</summary>
    /// <param name="warnings">Admission adds to it.</param>
    /// <exception cref="Client.ApiException">Refused.</exception>
    public async ValueTask<IKubernetesObject> RunAsync(ICreateHandler handler, CreateCall call, IList<string> warnings, CancellationToken cancellationToken)
    {
        var description = handler.Description;
        var request = new AdmissionRequest(AdmissionOperation.Create, description.Resource, description.Kind, call.User)
        {
            Subresource = description.Subresource, Namespace = call.Key.Namespace, Name = call.Key.Name, Object = call.Body, IsDryRun = call.IsDryRun,
            Warnings = warnings, Options = new WriteCall(call.User) { IsDryRun = call.IsDryRun }.OptionsFor(AdmissionOperation.Create, null),
        };
        await admission.AdmitAsync(request, cancellationToken).ConfigureAwait(false);
        await admission.ValidateAsync(request, cancellationToken).ConfigureAwait(false);
        return await handler.CreateAsync(call with { Body = request.Object! }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Answers one POST.</summary>
    public async ValueTask HandleAsync(ApiRequest request, ICreateHandler handler)
    {
        var description = handler.Description;
        var isSubresource = description.Subresource.Length > 0;
        if (request.Info.Verb != "create" || (isSubresource && request.Info.Name.Length == 0)) { throw Refusals.MethodNotAllowed(); }
        if ((description.Scope == Resources.ResourceScope.Namespaced) != (request.Info.Namespace.Length > 0)) { throw Refusals.NoSuchPath(); }
        var form = AcceptedForm.Choose(request.Accept, convertible: false, description.BodyType);
        var isDryRun = QueryOptions.DryRun(request.Query, "CreateOptions");
        var validation = QueryOptions.FieldValidation(request.Query, "CreateOptions");
        using var body = await RequestBody.ReadAsync(request.Http.Request, limits.MaxRequestBodyBytes, request.Cancellation).ConfigureAwait(false);
        var decoded = decoder.Decode(new DecodeRequest(
            body.Bytes, request.Http.Request.ContentType ?? string.Empty, description.Kind, description.BodyType, validation));
        request.Warnings.AddRange(decoded.Warnings);
        if (decoded.Value is IMetadata<V1ObjectMeta> { Metadata.NamespaceProperty: { Length: > 0 } home } && request.Info.Namespace.Length > 0 && home != request.Info.Namespace)
        {
            throw Errors.ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        var call = new CreateCall(request.User, request.Info.Key, decoded.Value, isDryRun);
        var result = await RunAsync(handler, call, request.Warnings, request.Cancellation).ConfigureAwait(false);
        request.Warnings.AddRange(call.Warnings);
        await Answer.ModelAsync(request, (result as V1Status)?.Code ?? StatusCodes.Status201Created, result, form).ConfigureAwait(false);
    }
}
