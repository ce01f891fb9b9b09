global using ApiErrors = Orch.ApiServer.Errors.ApiErrors;
global using Orch.ApiServer.CustomResources;
